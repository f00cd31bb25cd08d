import { afterAll, beforeAll, expect, test } from 'vitest'
import { uuidv7 } from 'uuidv7'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import { BODY_BYTES_MAX } from '../../../shared/protocol/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { createGroup, dump, read, send } from '../../support/campus.ts'
import { PASSWORD } from '../accounts/open-accounts.ts'
import { type ApiServer, type Call, codeOf, createApiServer } from './api-server.ts'

let backend: Backend
let server: ApiServer
let ann: Awaited<ReturnType<ApiServer['join']>>
let bob: typeof ann
let foreignGroup: string
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store)
  ann = await server.join('ann')
  bob = await server.join('bob')
  foreignGroup = await server.campus.group(bob.userId)
})
afterAll(async () => {
  await server.close()
  await backend.dispose()
})

const posts = ['/api/register', '/api/sign-in', '/api/sign-out', '/api/password', '/api/commands']
const needSession: [method: string, path: string][] = [
  ['GET', '/api/me'],
  ['GET', '/api/sessions'],
  ['DELETE', `/api/sessions/${uuidv7()}`],
  ['POST', '/api/password'],
  ['POST', '/api/commands'],
  ['GET', '/api/pull?log=campus&epoch=&cursor=0'],
  ['GET', `/api/history?conversation=${EVERYONE_ID}&before=1`],
  ['GET', `/api/seen?conversation=${EVERYONE_ID}&n=1`],
  ['GET', `/api/pictures/${uuidv7()}`],
]
const changing = [...posts.map((path) => ['POST', path] as const), ['DELETE', `/api/sessions/${uuidv7()}`] as const]

/** Nothing was written, nobody's session ended, and what came back says no more than it should. */
async function expectRefused(method: string, path: string, call: Call, status: number, code: string) {
  const before = await dump(backend.store)
  const answer = await server.call(method, path, call)
  expect([answer.status, codeOf(answer)]).toEqual([status, code])
  expect(answer.headers[PROTOCOL_HEADER]).toBe(String(PROTOCOL_VERSION))
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.headers['set-cookie']).toBeUndefined()
  expect(answer.content.toString()).not.toMatch(/forged|\$2b\$|chatbox_session/)
  expect(await dump(backend.store)).toEqual(before)
  expect(await server.accounts.findSession(ann.cookie)).toBeDefined()
  return answer
}

test.each(needSession)('%s %s without a session', async (method, path) => {
  const forged = `chatbox_session=${uuidv7()}.${'x'.repeat(43)}`
  for (const cookie of [undefined, 'chatbox_session=', forged, ann.cookie.slice(0, -1)]) {
    await expectRefused(method, path, { cookie }, 401, 'not_signed_in')
  }
})

test.each(needSession)('%s %s meant for another account', async (method, path) => {
  const headers = { 'x-chatbox-account': bob.userId }
  await expectRefused(method, path, { cookie: ann.cookie, headers }, 401, 'not_signed_in')
})

test.each(changing)('%s %s from another site', async (method, path) => {
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
    const call = { cookie: ann.cookie, headers, ...(method === 'POST' && { body: {} }) }
    await expectRefused(method, path, call, 403, 'foreign_origin')
  }
})

test.each(posts)('%s as a form of another site would send it', async (path) => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', '']) {
    const headers = { 'content-type': type }
    await expectRefused('POST', path, { cookie: ann.cookie, body: {}, headers }, 400, 'bad_request')
  }
})

test.each(posts)('%s with too large a body', async (path) => {
  const raw = Buffer.alloc(BODY_BYTES_MAX + 1, ' ')
  await expectRefused('POST', path, { cookie: ann.cookie, raw }, 413, 'too_large')
  const headers = { 'transfer-encoding': 'chunked' }
  await expectRefused('POST', path, { cookie: ann.cookie, raw, headers }, 413, 'too_large')
})

const withBody = posts.filter((path) => path !== '/api/sign-out')
test.each(withBody)('%s with what is no JSON, or not an object', async (path) => {
  const raws = ['', '{', '{"handle":', 'forged', '\u0000', '[]', 'null', '5', '"forged"', '['.repeat(100_000)]
  for (const raw of raws) await expectRefused('POST', path, { cookie: ann.cookie, raw }, 400, 'bad_request')
})

const registration = { handle: 'cem', name: 'Cem', password: PASSWORD }
const bodies: [path: string, body: unknown, sentence: string][] = [
  ['/api/register', {}, 'handle is missing.'],
  ['/api/register', { ...registration, handle: 5 }, 'handle is not of the right type.'],
  ['/api/register', { ...registration, handle: 'ab' }, 'handle has fewer than 3 characters.'],
  ['/api/register', { ...registration, handle: '<forged>' }, 'handle takes a-z, 0-9, dot, dash and underscore'],
  ['/api/register', { ...registration, handle: 'cém' }, 'handle takes a-z'],
  ['/api/register', { ...registration, name: ' ' }, 'name is empty.'],
  ['/api/register', { ...registration, name: 'x'.repeat(61) }, 'name is too long.'],
  ['/api/register', { ...registration, name: '\u0000\u200b' }, 'name is empty.'],
  ['/api/register', { ...registration, password: 'short' }, 'password has fewer than 8 characters.'],
  ['/api/register', { ...registration, password: 'x'.repeat(1_001) }, 'password has more than 1000 characters.'],
  ['/api/register', { ...registration, password: { $ne: '' } }, 'password is not of the right type.'],
  ['/api/sign-in', { handle: 'ann' }, 'password is missing.'],
  ['/api/sign-in', { handle: ['ann'], password: PASSWORD }, 'handle is not of the right type.'],
  ['/api/password', { current: PASSWORD }, 'next is missing.'],
  ['/api/password', { current: PASSWORD, next: 'short' }, 'next has fewer than 8 characters.'],
  ['/api/commands', {}, 'commands is missing.'],
  ['/api/commands', { commands: {} }, 'commands is not of the right type.'],
  ['/api/commands', { commands: [] }, 'commands is not in the right form.'],
  ['/api/commands', { commands: [{}] }, 'commands.0.id is missing.'],
  ['/api/commands', { commands: ['forged'] }, 'commands.0 is not of the right type.'],
  ['/api/commands', { commands: Array(101).fill(send()) }, 'commands is not in the right form.'],
]
test.each(bodies)('%s refuses %j', async (path, body, sentence) => {
  const answer = await expectRefused('POST', path, { cookie: ann.cookie, body }, 400, 'bad_request')
  expect(answer.body).toMatchObject({ error: { message: expect.stringContaining(sentence) as string } })
})

const queries: [path: string, status: number, code: string][] = [
  ['/api/pull', 400, 'bad_request'],
  ['/api/pull?log=campus&epoch=', 400, 'bad_request'],
  ['/api/pull?log=campus&epoch=&cursor=-1', 400, 'bad_request'],
  ['/api/pull?log=campus&epoch=&cursor=1.5', 400, 'bad_request'],
  ['/api/pull?log=campus&epoch=&cursor=1e3', 400, 'bad_request'],
  ['/api/pull?log=campus&epoch=&cursor=9999999999999999', 400, 'bad_request'],
  ['/api/pull?log=CAMPUS%00&epoch=&cursor=0', 400, 'bad_request'],
  ['/api/pull?log=campus&epoch=&cursor=0&wait=forever', 400, 'bad_request'],
  [`/api/pull?log=campus&epoch=${'x'.repeat(41)}&cursor=0`, 400, 'bad_request'],
  ['/api/pull?log=elsewhere&epoch=&cursor=0', 404, 'not_found'],
  ['/api/pull?log=campus&epoch=&cursor=999999', 409, 'cursor_ahead'],
  ['/api/pull?log=campus&epoch=forged&cursor=1', 409, 'epoch_changed'],
  ['/api/history', 400, 'bad_request'],
  ['/api/history?conversation=forged&before=1', 400, 'bad_request'],
  [`/api/history?conversation=${EVERYONE_ID.toUpperCase()}x&before=1`, 400, 'bad_request'],
  [`/api/history?conversation=${EVERYONE_ID}&before=0`, 400, 'bad_request'],
  [`/api/history?conversation=${EVERYONE_ID}&before=1&limit=0`, 400, 'bad_request'],
  [`/api/history?conversation=${EVERYONE_ID}`, 400, 'bad_request'],
  [`/api/history?conversation=${EVERYONE_ID}&before=1&at=1`, 400, 'bad_request'],
  [`/api/history?conversation=${EVERYONE_ID}&at=-1`, 400, 'bad_request'],
  [`/api/history?conversation=${EVERYONE_ID}&at=2026-11-23`, 400, 'bad_request'],
  [`/api/history?conversation=${EVERYONE_ID}&at=${'9'.repeat(16)}`, 400, 'bad_request'],
  [`/api/history?conversation=${uuidv7()}&before=1`, 403, 'not_a_member'],
  [`/api/history?conversation=${uuidv7()}&at=1`, 403, 'not_a_member'],
  ['/api/seen', 400, 'bad_request'],
  ['/api/seen?conversation=forged&n=1', 400, 'bad_request'],
  [`/api/seen?conversation=${EVERYONE_ID}`, 400, 'bad_request'],
  [`/api/seen?conversation=${EVERYONE_ID}&n=0`, 400, 'bad_request'],
  [`/api/seen?conversation=${EVERYONE_ID}&n=1.5`, 400, 'bad_request'],
  [`/api/seen?conversation=${uuidv7()}&n=1`, 403, 'not_a_member'],
  ['/api/pictures', 404, 'not_found'],
  [`/api/pictures/${uuidv7()}`, 404, 'not_found'],
  ['/api/pictures/forged', 400, 'bad_request'],
  ['/api/pictures/..%2fme', 400, 'bad_request'],
  ['/api/pictures/%00', 400, 'bad_request'],
  ['/api/pictures/%E0%A4%A', 400, 'bad_request'],
  [`/api/pictures/${EVERYONE_ID.replace('8', 'f')}`, 400, 'bad_request'],
  ['/api/nothing', 404, 'not_found'],
  ['/api', 404, 'not_found'],
  ['/api/register', 404, 'not_found'],
]
test.each(queries)('GET %s', async (path, status, code) => {
  await expectRefused('GET', path, { cookie: ann.cookie }, status, code)
})

test.each(['forged', '%00', '%E0%A4%A', uuidv7(), '..%2f..%2fme'])('DELETE /api/sessions/%s', async (id) => {
  await expectRefused('DELETE', `/api/sessions/${id}`, { cookie: ann.cookie }, 404, 'not_found')
})

test('a foreign session is not there, and lives on', async () => {
  const path = `/api/sessions/${bob.sessionId}`
  await expectRefused('DELETE', path, { cookie: ann.cookie }, 404, 'not_found')
  expect((await server.call('GET', '/api/me', { cookie: bob.cookie })).status).toBe(200)
})

test('a foreign conversation is closed, whether one reads or writes', async () => {
  for (const query of ['history?before=10', 'history?at=0', 'seen?n=1']) {
    const path = `/api/${query}&conversation=${foreignGroup}`
    await expectRefused('GET', path, { cookie: ann.cookie }, 403, 'not_a_member')
  }
  const before = await dump(backend.store)
  const commands = [send(foreignGroup), read(foreignGroup, 1), send(uuidv7())]
  const answer = await server.call('POST', '/api/commands', { cookie: ann.cookie, body: { commands } })
  expect(answer.status).toBe(200)
  expect(answer.body).toMatchObject({ results: commands.map(({ id }) => ({ status: 'refused', id })) })
  expect(await dump(backend.store)).toEqual(before)
})

test('history is asked for from one place, and the answer says so', async () => {
  for (const query of ['', '&before=1&at=1']) {
    const path = `/api/history?conversation=${EVERYONE_ID}${query}`
    const answer = await server.call('GET', path, { cookie: ann.cookie })
    const message = 'Say either before which message or at which moment: "before" or "at".'
    expect(answer.body).toEqual({ error: { code: 'bad_request', message } })
  }
})

test('no client registers somebody by a command', async () => {
  const id = uuidv7()
  const command = { type: 'user.register', id, handle: 'forged', name: 'Forged' }
  const answer = await server.call('POST', '/api/commands', { cookie: ann.cookie, body: { commands: [command] } })
  expect(answer.body).toMatchObject({ results: [{ status: 'refused', id, code: 'bad_request' }] })
})

test('one refused command does not fail its neighbours', async () => {
  const commands = [send(), { id: uuidv7(), type: 'forged' }, send(foreignGroup), createGroup()]
  const answer = await server.call('POST', '/api/commands', { cookie: ann.cookie, body: { commands } })
  expect(answer.body).toMatchObject({
    results: [
      { status: 'accepted' },
      { status: 'refused', code: 'bad_request' },
      { status: 'refused', code: 'not_a_member' },
      { status: 'accepted' },
    ],
  })
})

test('a reset says which log to pull, and from where', async () => {
  const log = await backend.store.db.selectFrom('log').selectAll().executeTakeFirstOrThrow()
  const pull = (query: string) => server.call('GET', `/api/pull?log=campus&${query}`, { cookie: ann.cookie })
  expect((await pull('epoch=another&cursor=1')).body).toMatchObject({
    error: { code: 'epoch_changed', epoch: log.epoch, start: log.epoch_start },
  })
  expect((await pull(`epoch=${log.epoch}&cursor=999999`)).body).toMatchObject({
    error: { code: 'cursor_ahead', epoch: log.epoch, start: log.head },
  })
})

test('after all this nothing was reported as a bug', () => {
  expect(server.errors).toEqual([])
})
