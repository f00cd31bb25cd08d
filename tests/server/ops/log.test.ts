import Libsql from 'libsql'
import { expect, test } from 'vitest'
import { createLog } from '../../../server/ops/log.ts'
import { createReportError } from '../../../server/ops/report-error.ts'
import { type Backend, createBackend } from '../../support/backend.ts'

function collect() {
  const lines: string[] = []
  return { lines, report: createReportError(createLog({ write: (line) => lines.push(line) }), Date.now) }
}

test('a bug is logged with its place, under the id that is returned', () => {
  const { lines, report } = collect()
  const id = report(new TypeError('undefined is not a seq', { cause: new Error('because') }))
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 50,
    id,
    error: { type: 'TypeError', message: 'undefined is not a seq', cause: { message: 'because' } },
  })
  expect(lines[0]).toContain('log.test.ts')
})

test('what is no error is logged without what it holds', () => {
  const { lines, report } = collect()
  report({ cookie: 'secret' })
  expect(lines[0]).not.toContain('secret')
})

test('an error of the database is logged without what was in the statement', async () => {
  const { lines, report } = collect()
  const backend: Backend = await createBackend()
  const values = { id: 'x', user_id: 'secret words', fingerprint: 'secret', seq: 1, created_at: 1 }
  const insert = () => backend.store.db.insertInto('command').values(values).execute()
  await insert().then(insert).catch(report)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('"code"')
  expect(lines[0]).not.toContain('secret')
  await backend.dispose()
})

test('neither is one that libsql has no name for', () => {
  const { lines, report } = collect()
  report(new Libsql.SqliteError('cannot store secret', 'UNKNOWN_SQLITE_ERROR_3091', 3091))
  expect(lines[0]).toContain('"code":"UNKNOWN_SQLITE_ERROR_3091"')
  expect(lines[0]).not.toContain('secret')
})
