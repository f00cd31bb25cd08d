import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Backend, createBackend } from '../../support/backend.ts'
import { findFreePort } from '../../support/free-port.ts'
import { waitFor } from '../../support/wait-for.ts'
import { expectSentence, MAIN, runFile } from './run-file.ts'

let backend: Backend
let settings: Record<string, string | undefined>
beforeEach(async () => {
  backend = await createBackend()
  settings = { DATA_DIR: backend.dataDir, DATABASE_URL: backend.databaseUrl, REDIS_URL: backend.redisUrl }
})
afterEach(() => backend.dispose())

test('a server says where it is, answers, and stops in order', { timeout: 60_000 }, async () => {
  const port = String(await findFreePort())
  const { child, printed, code } = runFile(MAIN, { ...settings, PORT: port })
  await waitFor('the line', () => printed.out.split('\n').length > 2 || undefined)
  const [ready, claim] = printed.out.split('\n')
  expect(ready).toBe(`ChatBox is ready at http://localhost:${port}/`)
  expect(claim).toMatch(
    new RegExp(`^Whoever opens this link within an hour operates it: http://localhost:${port}/#claim=[\\w-]{43}$`),
  )
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

test('on a signal it is not ready any more first, and serves for as long as load balancers need to hear of it', async () => {
  const port = String(await findFreePort())
  const { child, printed, code } = runFile(MAIN, { ...settings, PORT: port, DRAIN_SECONDS: '1' })
  await waitFor('the line', () => printed.out.includes('\n') || undefined)
  const url = `http://127.0.0.1:${port}`
  expect((await fetch(`${url}/api/ready`)).status).toBe(200)
  child.kill('SIGTERM')
  await waitFor('it to be ready no more', async () => (await fetch(`${url}/api/ready`)).status === 503 || undefined)
  expect((await fetch(`${url}/api/registration`)).status).toBe(200)
  expect(await code).toBe(0)
})

test('a database of a newer version', async () => {
  await backend.store.db
    .insertInto('kysely_migration' as 'log')
    .values({ name: '9999-later', timestamp: 'now' } as never)
    .execute()
  await expectSentence(MAIN, settings, /newer schema.*Start the newer version/)
})

test('on what a restore left when it broke off it does not start', async () => {
  await backend.store.db.deleteFrom('log').execute()
  const port = String(await findFreePort())
  await expectSentence(MAIN, { ...settings, PORT: port }, /restore of this database broke off.*--replace/)
  expect(await backend.store.db.selectFrom('log').selectAll().execute()).toEqual([])
})
