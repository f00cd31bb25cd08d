import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { clearAccounts } from '../accounts/clear-accounts.ts'
import { PASSWORD } from '../accounts/open-accounts.ts'
import { type ApiServer, codeOf, createApiServer } from './api-server.ts'

let backend: Backend
let server: ApiServer
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store)
})
afterEach(() => clearAccounts(backend.store))
afterAll(async () => {
  await server.close()
  await backend.dispose()
})

const registration = { handle: 'ann', name: 'Ann', password: PASSWORD }

test('registering signs in, with a cookie that no script can read and an answer that holds no secret', async () => {
  const answer = await server.call('POST', '/api/register', { body: registration })
  expect(answer.status).toBe(200)
  expect(answer.body).toEqual({
    user: {
      id: expect.any(String) as string,
      handle: 'ann',
      name: 'Ann',
      pictureId: null,
      createdAt: expect.any(Number) as number,
    },
    sessionId: expect.any(String) as string,
  })
  const [cookie = ''] = answer.headers['set-cookie'] ?? []
  expect(cookie).toMatch(
    /^chatbox_session=[0-9a-f-]{36}\.[\w-]{43}; Max-Age=5184000; Path=\/api; HttpOnly; SameSite=Lax$/,
  )
  const secret = /\.([\w-]{43})/.exec(cookie)?.[1] ?? 'nothing'
  expect(answer.content.toString()).not.toContain(secret)
})

test('a handle taken is said so, with no cookie', async () => {
  await server.join('ann')
  const answer = await server.call('POST', '/api/register', { body: registration })
  expect([answer.status, codeOf(answer), answer.headers['set-cookie']]).toEqual([409, 'handle_taken', undefined])
})

test('a wrong handle and a wrong password are answered alike, byte by byte', async () => {
  await server.join('ann')
  const attempt = (handle: string, password: string) =>
    server.call('POST', '/api/sign-in', { body: { handle, password } })
  const answers = [await attempt('ann', 'wrong horse'), await attempt('bob', PASSWORD), await attempt('', '')]
  const seen = answers.map(({ status, headers, content }) => {
    const { date: _date, ...rest } = headers
    return [status, rest, content.toString()]
  })
  expect(seen[0]?.[0]).toBe(401)
  expect(seen[1]).toEqual(seen[0])
  expect(seen[2]).toEqual(seen[0])
})

test('too many tries say when to try again', async () => {
  const strict = await createApiServer(backend.store, {
    limits: { signInByHandleAndAddress: { points: 1, withinMs: 60_000 } },
  })
  const attempt = () => strict.call('POST', '/api/sign-in', { body: { handle: 'ann', password: 'wrong' } })
  await attempt()
  const answer = await attempt()
  expect([answer.status, codeOf(answer)]).toEqual([429, 'too_many_tries'])
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(50)
  expect(answer.body).toMatchObject({ error: { retryAfterMs: expect.any(Number) as number } })
  await strict.close()
})

test('asking who one is renews the cookie', async () => {
  const { cookie, userId, sessionId } = await server.join('ann')
  const answer = await server.call('GET', '/api/me', { cookie })
  expect(answer.body).toMatchObject({ user: { id: userId }, sessionId })
  expect(answer.headers['set-cookie']?.[0]).toBe(`${cookie}; Max-Age=5184000; Path=/api; HttpOnly; SameSite=Lax`)
})

test('an account that a restored backup does not know is not signed in', async () => {
  const { cookie, userId } = await server.join('ann')
  await backend.store.db.deleteFrom('user').where('id', '=', userId).execute()
  expect((await server.call('GET', '/api/me', { cookie })).status).toBe(401)
})

test('signing out ends the session and forgets the cookie, as often as it is asked', async () => {
  const { cookie } = await server.join('ann')
  for (let time = 0; time < 2; time += 1) {
    const answer = await server.call('POST', '/api/sign-out', { cookie, body: {} })
    expect(answer.status).toBe(204)
    expect(answer.headers['x-chatbox-protocol']).toBe(String(PROTOCOL_VERSION))
    expect(answer.headers['set-cookie']).toEqual(['chatbox_session=; Max-Age=0; Path=/api; HttpOnly; SameSite=Lax'])
  }
  expect((await server.call('GET', '/api/me', { cookie })).status).toBe(401)
})

test('a tab of the account before does not sign out the one that came after it', async () => {
  const ann = await server.join('ann')
  const bob = await server.join('bob')
  const headers = { 'x-chatbox-account': ann.userId }
  const answer = await server.call('POST', '/api/sign-out', { cookie: bob.cookie, body: {}, headers })
  expect([answer.status, answer.headers['set-cookie']]).toEqual([204, undefined])
  expect((await server.call('GET', '/api/me', { cookie: bob.cookie })).status).toBe(200)
})

test('sessions are listed with what helps to know them, and nothing of anybody else', async () => {
  const { cookie, sessionId } = await server.join('ann')
  await server.join('bob')
  const headers = { 'user-agent': 'Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0' }
  await server.call('POST', '/api/sign-in', { body: registration, headers })
  const answer = await server.call('GET', '/api/sessions', { cookie })
  const one = {
    createdAt: expect.any(Number) as number,
    lastSeenAt: expect.any(Number) as number,
    lastSyncAt: null,
    upToDate: false,
  }
  const { sessions } = answer.body as { sessions: { current: boolean }[] }
  expect(sessions.sort((a, b) => Number(b.current) - Number(a.current))).toEqual([
    { id: sessionId, device: 'Unknown device', current: true, ...one },
    { id: expect.any(String) as string, device: 'Firefox on Android', current: false, ...one },
  ])
})

test('ending the session one is in is signing out', async () => {
  const { cookie, sessionId } = await server.join('ann')
  const answer = await server.call('DELETE', `/api/sessions/${sessionId}`, { cookie })
  expect([answer.status, answer.headers['set-cookie']?.[0]]).toEqual([204, expect.stringContaining('Max-Age=0')])
  expect((await server.call('GET', '/api/me', { cookie })).status).toBe(401)
})

test('a new password is taken only with the old one', async () => {
  const { cookie } = await server.join('ann')
  const change = (current: string, next: string) =>
    server.call('POST', '/api/password', { cookie, body: { current, next } })
  const wrong = await change('wrong', 'battery staple')
  expect([wrong.status, codeOf(wrong)]).toEqual([401, 'wrong_credentials'])
  expect((await change(PASSWORD, 'battery staple')).status).toBe(204)
  const answer = await server.call('POST', '/api/sign-in', { body: { handle: 'ann', password: 'battery staple' } })
  expect(answer.status).toBe(200)
})

const visits: [name: string, publicUrl: string | undefined, headers: Record<string, string>, secure: boolean][] = [
  ['http', undefined, {}, false],
  ['a proxy on this machine that ends TLS', undefined, { 'x-forwarded-proto': 'https' }, true],
  ['a public address on https', 'https://chat.example', {}, true],
  ['a public address on http', 'http://chat.example', { 'x-forwarded-proto': 'https' }, false],
]
test.each(visits)('the cookie over %s', async (_, publicUrl, headers, secure) => {
  const other = await createApiServer(backend.store, publicUrl === undefined ? {} : { publicUrl: new URL(publicUrl) })
  const answer = await other.call('POST', '/api/register', { body: registration, headers })
  expect(answer.headers['set-cookie']?.[0]?.includes('Secure')).toBe(secure)
  await other.close()
})
