import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Backend, createBackend } from '../../support/backend.ts'
import { findFreePort } from '../../support/free-port.ts'
import { waitFor } from '../../support/wait-for.ts'
import { runFile } from './run-file.ts'

let backend: Backend
let folder: string
beforeEach(async () => {
  backend = await createBackend()
  folder = mkdtempSync(join(tmpdir(), 'chatbox-start-'))
})
afterEach(async () => {
  await backend.dispose()
  rmSync(folder, { recursive: true })
})

/** A command of the repository as a process, on the backend of this test unless it is told otherwise. */
const run = (file: string, env: Record<string, string | undefined> = {}) =>
  runFile(file, {
    DATA_DIR: backend.dataDir,
    DATABASE_URL: backend.databaseUrl,
    REDIS_URL: backend.redisUrl,
    ...env,
  })

async function expectSentence(file: string, env: Record<string, string | undefined>, sentence: RegExp) {
  const { printed, code } = run(file, env)
  expect(await code).toBe(1)
  expect(printed.error).toMatch(sentence)
  expect(printed.error.trim().split('\n')).toHaveLength(1)
  expect(printed.out).toBe('')
}

test('a server says where it is, answers, and stops in order', { timeout: 60_000 }, async () => {
  const port = String(await findFreePort())
  const { child, printed, code } = run('server/main.ts', { PORT: port })
  await waitFor('the line', () => printed.out.includes('\n') || undefined)
  expect(printed.out).toBe(`ChatBox is ready at http://localhost:${port}/\n`)
  const url = `http://127.0.0.1:${port}`
  expect((await fetch(`${url}/api/health`)).status).toBe(200)
  const begun = await backend.store.db.selectFrom('log').selectAll().executeTakeFirstOrThrow()
  const registered = await fetch(`${url}/api/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ handle: 'ann', name: 'Ann', password: 'correct horse' }),
  })
  const cookie = registered.headers.get('set-cookie')?.split(';')[0] ?? ''
  const { epoch, head } = await backend.store.db.selectFrom('log').selectAll().executeTakeFirstOrThrow()
  const pull = (more: string) =>
    fetch(`${url}/api/pull?log=campus&epoch=${epoch}&cursor=${head}${more}`, { headers: { cookie } })
  expect((await pull('')).status).toBe(200)
  const ended = pull('&wait=1').then(
    () => 'answered',
    () => 'closed',
  )
  child.kill('SIGTERM')
  expect(await code).toBe(0)
  expect(await ended).toBe('closed')
  expect(printed.error).toBe('')
  const session = await backend.store.db.selectFrom('session').selectAll().executeTakeFirstOrThrow()
  // What the device acknowledged is written, no further than the log was as the step of time began.
  expect(session.cursor_seq).toBe(begun.head)
  expect(begun.head).toBeGreaterThan(0)
})

test('a port that is taken', async () => {
  const other = createServer()
  const port = await findFreePort()
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
  await expectSentence('server/main.ts', { PORT: String(port) }, new RegExp(`^Port ${port} is taken.*set PORT`))
  await new Promise((resolve) => other.close(resolve))
})

test('a database that is not there', async () => {
  const url = `mysql://user:secret@127.0.0.1:${await findFreePort()}/chatbox`
  await expectSentence(
    'server/main.ts',
    { DATABASE_URL: url },
    /^The database did not let us in \(ECONNREFUSED\).*DATABASE_URL/,
  )
  await expectSentence('server/ops/migrate.ts', { DATABASE_URL: url }, /^The database did not let us in/)
})

test('a folder that cannot be written to', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const env = { DATABASE_URL: undefined, DATA_DIR: join(file, 'data') }
  await expectSentence('server/main.ts', env, /^The folder .* cannot be written to.*DATA_DIR/)
})

test('a database file that cannot be opened', async () => {
  mkdirSync(join(folder, 'chatbox.sqlite'))
  const env = { DATABASE_URL: undefined, DATA_DIR: folder }
  await expectSentence('server/main.ts', env, /^The folder .* cannot be written to.*DATA_DIR/)
})

test('a database of a newer version', async () => {
  await backend.store.db
    .insertInto('kysely_migration' as 'log')
    .values({ name: '9999-later', timestamp: 'now' } as never)
    .execute()
  await expectSentence('server/main.ts', {}, /newer schema.*Start the newer version/)
})

test('a wrong setting', async () => {
  await expectSentence('server/main.ts', { PORT: 'http' }, /^PORT is not a port/)
})
