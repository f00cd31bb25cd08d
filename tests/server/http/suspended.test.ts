import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { SERVER_ID } from '../../../server/commands/roles.ts'
import { CLOSE } from '../../../shared/protocol/errors.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { createCampus } from '../../support/campus.ts'
import { clearAccounts } from '../accounts/clear-accounts.ts'
import { PASSWORD } from '../accounts/open-accounts.ts'
import { type ApiServer, codeOf, createApiServer } from './api-server.ts'

/* A suspended account may do nothing, and loses nothing. */

let backend: Backend
let server: ApiServer
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store, { chosen: { contact: 'room 12' } })
})
afterEach(async () => {
  await clearAccounts(backend.store)
  await backend.store.db.deleteFrom('standing').execute()
})
afterAll(async () => {
  await server.close()
  await backend.dispose()
})

/** Returns once this process knows of it, which is a moment later than that it is done. */
async function suspend({ userId, cookie }: { userId: string; cookie: string }, reason: string | null): Promise<void> {
  await server.campus.accept(SERVER_ID, { type: 'suspension.set', id: uuidv7(), userId, reason })
  await vi.waitFor(async () => {
    const session = await server.accounts.findSession(cookie)
    expect(session?.suspendedFor).toBe(reason ?? undefined)
  })
}

const SENTENCE = 'Your account is suspended: Spam in three groups. Ask room 12.'
const calls: [method: string, path: string, body?: unknown][] = [
  ['GET', '/api/me'],
  ['GET', '/api/sessions'],
  ['GET', '/api/pull?log=campus&cursor=0'],
  ['GET', '/api/people?words='],
  ['POST', '/api/commands', { commands: [], cursor: 0, lineage: '' }],
  ['POST', '/api/password', { current: PASSWORD, next: 'another horse' }],
  ['GET', '/api/files'],
  ['GET', '/api/classrooms'],
]

test('every request is refused with the reason and with whom to ask, and answered again once it is restored', async () => {
  const ann = await server.join('ann')
  const { cookie } = ann
  await suspend(ann, 'Spam in three groups')
  for (const [method, path, body] of calls) {
    const answer = await server.call(method, path, { cookie, ...(body !== undefined && { body }) })
    expect([path, answer.status, answer.body]).toEqual([path, 403, { error: { code: 'suspended', message: SENTENCE } }])
  }
  await suspend(ann, null)
  expect((await server.call('GET', '/api/me', { cookie })).status).toBe(200)
})

test('signing in is refused likewise, and only with the right password', async () => {
  const ann = await server.join('ann')
  await suspend(ann, 'Spam in three groups')
  const signIn = (password: string) => server.call('POST', '/api/sign-in', { body: { handle: 'ann', password } })
  expect(codeOf(await signIn('wrong horse'))).toBe('wrong_credentials')
  const answer = await signIn(PASSWORD)
  expect([answer.status, answer.body, answer.headers['set-cookie']]).toEqual([
    403,
    { error: { code: 'suspended', message: SENTENCE } },
    undefined,
  ])
})

test('signing out still works', async () => {
  const ann = await server.join('ann')
  const { cookie } = ann
  await suspend(ann, 'Spam')
  expect((await server.call('POST', '/api/sign-out', { cookie })).status).toBe(204)
  expect(await backend.store.db.selectFrom('session').selectAll().execute()).toEqual([])
})

test('a client of an older version is told something that it waits for', async () => {
  const ann = await server.join('ann')
  const { cookie } = ann
  await suspend(ann, 'Spam')
  const headers = { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION - 1) }
  const answer = await server.call('GET', '/api/me', { cookie, headers })
  expect([answer.status, codeOf(answer)]).toEqual([500, 'internal'])
})

function open(cookie: string) {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api/socket`, { headers: { cookie } })
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  return { socket, closed }
}

async function openAndGreet({ userId, cookie }: { userId: string; cookie: string }) {
  const { socket, closed } = open(cookie)
  await new Promise((resolve) => socket.once('open', resolve))
  const hello = { type: 'hello', protocol: PROTOCOL_VERSION, account: userId, log: CAMPUS_LOG, lineage: '', cursor: 0 }
  socket.send(JSON.stringify(hello))
  await new Promise((resolve) => socket.once('message', resolve))
  return { closed }
}

test('what is open closes, and nothing is let in', async () => {
  const ann = await server.join('ann')
  const ben = await server.join('ben')
  const { closed: annClosed } = await openAndGreet(ann)
  const { closed: benClosed } = await openAndGreet(ben)
  await suspend(ann, 'Spam')
  expect(await annClosed).toBe(CLOSE.suspended)
  expect(await open(ann.cookie).closed).toBe(CLOSE.suspended)
  // Nobody else's does.
  expect(await Promise.race([benClosed, Promise.resolve('open')])).toBe('open')
})

test('also when another process suspends that can tell nobody, as a command of the operator does', async () => {
  const ann = await server.join('ann')
  const { closed } = await openAndGreet(ann)
  const elsewhere = createCampus({ store: backend.openStore() })
  await elsewhere.accept(SERVER_ID, { type: 'suspension.set', id: uuidv7(), userId: ann.userId, reason: 'Spam' })
  expect(await closed).toBe(CLOSE.suspended)
  const answer = await server.call('GET', '/api/me', { cookie: ann.cookie })
  expect(codeOf(answer)).toBe('suspended')
})
