import { Writable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toBareError } from '../../../server/classroom/bare-error.ts'
import { toFiveMinutes } from '../../../server/classroom/five-minutes.ts'
import { createApp } from '../../../server/http/app.ts'
import type { ClientFile } from '../../../server/http/client-files.ts'
import { createLog } from '../../../server/ops/log.ts'
import { createReportError } from '../../../server/ops/report-error.ts'
import type { Database } from '../../../server/store/schema.ts'
import type { Store } from '../../../server/store/store.ts'
import { TIME_STEP_MS } from '../../../shared/classroom/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type ApiServer, createApiServer } from './api-server.ts'
import { ask } from './classroom-calls.ts'

// What is outside of a classroom: the pages that show it, and the operator's log.

let backend: Backend
let server: ApiServer
const toFile = (text: string): ClientFile => ({
  type: 'text/html; charset=utf-8',
  etag: `"${text}"`,
  cacheControl: 'no-cache',
  plain: new Uint8Array(Buffer.from(text)),
  gzip: undefined,
  brotli: undefined,
})
beforeAll(async () => {
  backend = await createBackend()
  const files = ['/index.html', '/q.html', '/q/sw.js'].map((path) => [path, toFile(path)] as const)
  server = await createApiServer(backend.store, { clientFiles: new Map(files) })
})
afterAll(async () => {
  await server.close()
  await backend.dispose()
})

const pages: [path: string, status: number, content: string][] = [
  ['/q', 200, '/q.html'],
  ['/q/', 200, '/q.html'],
  ['/q/abcdefghijkl', 200, '/q.html'],
  ['/q/abcdefghijkl/screen', 200, '/q.html'],
  ['/q/sw.js', 200, '/q/sw.js'],
  ['/q/missing.js', 404, 'Not found'],
  ['/quiz', 200, '/index.html'],
  ['/', 200, '/index.html'],
]
test.each(pages)(
  'the page at %s is served without a cookie, and lets nothing from elsewhere in',
  async (path, status, content) => {
    const answer = await server.call('GET', path, { headers: { accept: 'text/html' } })
    expect([answer.status, answer.content.toString()]).toEqual([status, content])
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(answer.headers['content-security-policy']).toContain("default-src 'self'")
  },
)

const SECRET = 'my very own question'
const failures: [name: string, error: () => Error][] = [
  ['a bug that quotes it', () => new Error(`cannot read "${SECRET}"`)],
  ['a bug with a cause', () => new Error('no', { cause: new TypeError(SECRET) })],
  ['a database that quotes it', () => Object.assign(new Error(SECRET), { code: 'ER_DATA_TOO_LONG', sql: SECRET })],
]
test.each(failures)(
  'of a question that fails with %s the log tells where, not when to the minute, and nothing of it',
  async (_, createError) => {
    const { answer, lines } = await failWith(createError())
    expect(answer.status).toBeGreaterThanOrEqual(500)
    const text = `${lines}${await answer.text()}`
    for (const hidden of [SECRET, '192.0.2.7', 'Firefox', 'chatbox_session', 'receiptHash']) {
      expect(text).not.toContain(hidden)
    }
    const line = JSON.parse(lines) as { time: number }
    expect(line.time % TIME_STEP_MS).toBe(0)
    expect(line).toMatchObject({
      msg: 'unexpected error',
      error: { at: expect.arrayContaining([expect.stringContaining('classroom-outside')]) as string[] },
    })
  },
)

/** The app with a store that throws. */
async function failWith(error: Error): Promise<{ answer: Response; lines: string }> {
  let lines = ''
  const log = createLog(
    new Writable({
      write(chunk: Buffer, _, done) {
        lines += chunk.toString()
        done()
      },
    }),
  )
  const report = createReportError(log, Date.now)
  const reportBare = createReportError(log, Date.now, { error: toBareError, time: toFiveMinutes })
  const store: Store = {
    ...backend.store,
    get db(): Database {
      throw error
    },
  }
  const app = createApp({ ...server.parts, store, report, reportBare })
  const request = {
    method: 'POST',
    body: JSON.stringify({ command: ask(SECRET) }),
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Firefox',
      'x-forwarded-for': '192.0.2.7',
      cookie: 'chatbox_session=x',
    },
  }
  const answer = await app.request('/q/api/abcdefghijkl/commands', request, {})
  return { answer, lines }
}
