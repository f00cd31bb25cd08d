import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { SERVER_ID } from '../../../server/commands/roles.ts'
import { invitationsAnswer, tokenAnswer } from '../../../shared/operate/http.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { PASSWORD } from '../accounts/open-accounts.ts'
import { type ApiServer, type Answer, codeOf, createApiServer } from './api-server.ts'

/* Who may come in, and who comes in again, over HTTP. */

let backend: Backend
let server: ApiServer
let olga: { userId: string; sessionId: string; cookie: string }
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store)
  olga = await server.join('olga')
  await server.campus.accept(SERVER_ID, { type: 'role.set', id: uuidv7(), userId: olga.userId, role: 'operator' })
})
beforeEach(async () => {
  await choose('registration', null)
  await choose('registrationDomains', null)
})
afterAll(async () => {
  await server.close()
  await backend.dispose()
})

const toCookies = ({ headers }: Answer) => (headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0] ?? '')
const sessionOf = (answer: Answer) => toCookies(answer).find((cookie) => cookie.startsWith('chatbox_session=')) ?? ''
const isSignedIn = async (cookie: string) => (await server.call('GET', '/api/me', { cookie })).status === 200
const choose = async (name: string, value: unknown) => {
  const answer = await server.call('POST', '/api/operate/settings', { cookie: olga.cookie, body: { name, value } })
  expect(answer.status).toBe(204)
}
let people = 0
const newHandle = () => `person-${(people += 1)}`
const register = (body: object) =>
  server.call('POST', '/api/register', { body: { handle: newHandle(), name: 'Ann', password: PASSWORD, ...body } })

test('an operator invites, sees who came, and withdraws; a stranger reads how one may come in, and no more', async () => {
  await choose('registration', 'invitation')
  const info = await server.call('GET', '/api/registration')
  expect(info.body).toEqual({ mode: 'invitation', domains: [], contact: '', canReset: false })
  const body = { note: 'First term', uses: 2, endsAt: null }
  const made = await server.call('POST', '/api/operate/invitations', { cookie: olga.cookie, body })
  const { token } = v.parse(tokenAnswer, made.body)
  expect((await register({ invitation: token })).status).toBe(200)
  expect(codeOf(await register({}))).toBe('invitation_needed')
  const list = async () =>
    v.parse(invitationsAnswer, (await server.call('GET', '/api/operate/invitations', { cookie: olga.cookie })).body)
  const { invitations, people: named } = await list()
  expect(invitations).toEqual([expect.objectContaining({ note: 'First term', uses: 1, usesMax: 2 })])
  expect(named.map(({ handle }) => handle)).toEqual(['olga'])
  const path = `/api/operate/invitations/${invitations[0]?.id}`
  expect((await server.call('DELETE', path, { cookie: olga.cookie })).status).toBe(204)
  expect(codeOf(await register({ invitation: token }))).toBe('invitation_invalid')
  expect((await list()).invitations[0]?.withdrawnAt).not.toBeNull()
})

test.each([
  ['no uses', { uses: 0, endsAt: null }],
  ['half a use', { uses: 1.5, endsAt: null }],
  ['an end that is over', { uses: 1, endsAt: 1 }],
  ['a note of two lines and more than a hundred letters', { uses: 1, endsAt: null, note: 'x'.repeat(101) }],
])('an invitation with %s is none', async (_, body) => {
  const answer = await server.call('POST', '/api/operate/invitations', { cookie: olga.cookie, body })
  expect(codeOf(answer)).toBe('bad_request')
})

test('only operators invite, and make links for who forgot a password', async () => {
  const ann = await server.join(newHandle())
  const calls: [string, string, object?][] = [
    ['GET', '/api/operate/invitations'],
    ['POST', '/api/operate/invitations', { uses: 1, endsAt: null }],
    ['DELETE', `/api/operate/invitations/${uuidv7()}`],
    ['POST', `/api/operate/people/${olga.userId}/reset-link`, {}],
  ]
  for (const [method, path, body] of calls) {
    const call = (cookie?: string) => server.call(method, path, { cookie, ...(body && { body }) })
    expect([path, codeOf(await call(ann.cookie)), codeOf(await call())]).toEqual([path, 'forbidden', 'not_signed_in'])
  }
})

test('with a link from an operator somebody chooses another password, and is signed in', async () => {
  const handle = newHandle()
  const ann = await server.join(handle)
  const made = await server.call('POST', `/api/operate/people/${ann.userId}/reset-link`, {
    ...{ cookie: olga.cookie, body: {} },
  })
  const { token } = v.parse(tokenAnswer, made.body)
  const answer = await server.call('POST', '/api/reset', { body: { token, password: 'battery staple' } })
  expect(answer.status).toBe(200)
  expect(await isSignedIn(sessionOf(answer))).toBe(true)
  expect(await isSignedIn(ann.cookie)).toBe(false)
  expect(codeOf(await server.call('POST', '/api/reset', { body: { token, password: 'battery staple' } }))).toBe(
    'link_invalid',
  )
  expect(codeOf(await server.call('POST', '/api/reset', { body: { token: 'x', password: 'battery staple' } }))).toBe(
    'bad_request',
  )
})

test('where no mail is sent it is said so', async () => {
  expect(codeOf(await server.call('POST', '/api/forgotten', { body: { handle: 'olga' } }))).toBe('mail_unavailable')
  await choose('registration', 'email')
  await choose('registrationDomains', ['example.edu'])
  const code = await server.call('POST', '/api/registration/code', { body: { address: 'ann@example.edu' } })
  expect(codeOf(code)).toBe('mail_unavailable')
  const other = await server.call('POST', '/api/registration/code', { body: { address: 'ann@evil-example.edu' } })
  expect(codeOf(other)).toBe('email_domain')
  expect(codeOf(await server.call('POST', '/api/registration/code', { body: { address: 'ann' } }))).toBe('bad_request')
})

test('a password that was changed changes the cookie: the one before is nobody’s', async () => {
  const ann = await server.join(newHandle())
  const body = { current: PASSWORD, next: 'battery staple' }
  const answer = await server.call('POST', '/api/password', { cookie: ann.cookie, body })
  expect(answer.status).toBe(204)
  const renewed = sessionOf(answer)
  expect(renewed).not.toBe(ann.cookie)
  expect([await isSignedIn(renewed), await isSignedIn(ann.cookie)]).toEqual([true, false])
})

test('signing in as another ends the session of who was signed in on this device, and of nobody else', async () => {
  const [first, second] = [newHandle(), newHandle()]
  const ann = await server.join(first)
  await server.join(second)
  const elsewhere = sessionOf(
    await server.call('POST', '/api/sign-in', { body: { handle: first, password: PASSWORD } }),
  )
  const answer = await server.call('POST', '/api/sign-in', {
    ...{ cookie: ann.cookie, body: { handle: second, password: PASSWORD } },
  })
  expect(await isSignedIn(ann.cookie)).toBe(false)
  expect([await isSignedIn(sessionOf(answer)), await isSignedIn(elsewhere)]).toEqual([true, true])
  const wrong = await server.call('POST', '/api/sign-in', {
    ...{ cookie: elsewhere, body: { handle: second, password: 'wrong' } },
  })
  expect(codeOf(wrong)).toBe('wrong_credentials')
  expect(await isSignedIn(elsewhere)).toBe(true)
})

test('a device is known again by a cookie that no script reads, and that the classroom never gets', async () => {
  const answer = await register({})
  const device = answer.headers['set-cookie']?.find((cookie) => cookie.startsWith('chatbox_device='))
  expect(device).toMatch(/^chatbox_device=[\w-]{22}\.[\w-]{43}; Max-Age=34560000; Path=\/api; HttpOnly; SameSite=Lax$/)
})

test('somebody with an account and the link of the server operates it, once nobody else does', async () => {
  const ann = await server.join(newHandle())
  const claim = (token: string, cookie?: string) => server.call('POST', '/api/claim', { cookie, body: { token } })
  expect(codeOf(await claim('A'.repeat(43), ann.cookie))).toBe('link_invalid')
  expect(codeOf(await claim('A'.repeat(43)))).toBe('not_signed_in')
})
