import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createAccounts } from '../../../server/accounts/accounts.ts'
import { SERVER_ID } from '../../../server/commands/roles.ts'
import { findFreePort } from '../../support/free-port.ts'
import { addressAnswer, ssoNewcomer, waysIn } from '../../../shared/protocol/http.ts'
import { systemClock } from '../../../shared/clock.ts'
import type { SettingName } from '../../../shared/operate/settings.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { createFixedSettings } from '../../support/settings.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts'
import { type Answer, type ApiServer, codeOf, createApiServer } from '../http/api-server.ts'
import { clearAccounts } from './clear-accounts.ts'
import { PASSWORD } from './open-accounts.ts'
import { type Browser, createBrowser, reach } from './sso-visits.ts'

/* Single sign-on with a real OpenID provider. */

let backend: Backend
let openId: OpenIdProvider
let server: ApiServer
const problems: unknown[] = []
let offset = 0

beforeAll(async () => {
  backend = await createBackend()
  // The address to come back to has to be known to the provider, and the provider to the server.
  let uris: string[] = []
  const port = await findFreePort()
  uris = [`http://localhost:${port}/api/sso/callback`]
  openId = await startOpenIdProvider(() => uris)
  server = await createApiServer(backend.store, {
    publicUrl: new URL(`http://localhost:${port}`),
    port,
    ssoProvider: reach(openId, problems),
    clock: { ...systemClock, now: () => Date.now() + offset },
  })
})
afterEach(async () => {
  offset = 0
  problems.length = 0
  for (const name of ['registration', 'passwordsForOperatorsOnly'] as const) await choose(name, null)
  for (const table of ['standing', 'invitation', 'one_time_link'] as const)
    await backend.store.db.deleteFrom(table).execute()
  await clearAccounts(backend.store)
})
afterAll(async () => {
  await server.close()
  await openId.close()
  await backend.dispose()
})

const origin = () => server.parts.config.publicUrl?.origin ?? ''
const ANN = { sub: 'subject-of-ann', preferred_username: 'Änn.Lee@example.edu', name: 'Ann Lee' }
const isCallback = (address: URL) => address.pathname === '/api/sso/callback'

/** Goes through single sign-on in a browser, and returns what stands behind the `#` of where it leads. */
async function visit(browser: Browser, stopAt?: (address: URL) => boolean) {
  const { address } = await browser.go(`${origin()}/api/sso/start`, stopAt)
  return address
}

const send = (browser: Browser, method: string, path: string, body?: object): Promise<Answer> =>
  server.call(method, path, { cookie: browser.cookie(origin()), ...(body && { body }) }).then((answer) => {
    browser.keep(origin(), answer.headers['set-cookie'] ?? [])
    return answer
  })

/** Comes for the first time and makes an account. */
async function come(handle: string, sub = ANN.sub): Promise<Browser> {
  openId.set({ ...ANN, sub })
  const browser = createBrowser()
  expect((await visit(browser)).hash).toBe('#sso=new')
  const made = await send(browser, 'POST', '/api/sso/register', { handle, name: 'Ann' })
  expect([made.status, codeOf(made)]).toEqual([200, undefined])
  return browser
}
const whoIs = async (browser: Browser) => {
  const answer = await send(browser, 'GET', '/api/me')
  const parsed = v.safeParse(v.object({ user: v.object({ handle: v.string() }) }), answer.body)
  return parsed.success ? parsed.output.user.handle : answer.status
}
const choose = (name: SettingName, value: unknown) =>
  server.parts.settings.change({ id: null, via: 'server' }, name, value)
const count = async (table: 'external_identity' | 'ceremony' | 'session' | 'credential' | 'user') =>
  (await backend.store.db.selectFrom(table).selectAll().execute()).length
const listWays = async (browser: Browser) => v.parse(waysIn, (await send(browser, 'GET', '/api/account/ways-in')).body)

test('who comes for the first time chooses what they are called, is signed in without a password, and comes in again at once', async () => {
  openId.set(ANN)
  const browser = createBrowser()
  const { hash, pathname, origin: at } = await visit(browser)
  expect([at, pathname, hash]).toEqual([origin(), '/', '#sso=new'])
  const proposed = v.parse(ssoNewcomer, (await send(browser, 'GET', '/api/sso/newcomer')).body)
  expect(proposed).toEqual({ handle: 'ann.lee', name: 'Ann Lee', provider: 'Campus login' })
  const made = await send(browser, 'POST', '/api/sso/register', { handle: 'ann', name: 'Ann' })
  expect(made.status).toBe(200)
  expect(await whoIs(browser)).toBe('ann')
  expect(await count('credential')).toBe(0)
  const other = createBrowser()
  expect((await visit(other)).hash).toBe('#sso=done')
  expect(await whoIs(other)).toBe('ann')
  expect(await count('user')).toBe(1)
  expect((await visit(other)).hash).toBe('#sso=done')
  // The one before of this browser has ended.
  expect(await count('session')).toBe(2)
  expect(problems).toEqual([])
})

test('a handle that is taken uses nothing up; what was used up makes no second account', async () => {
  await server.join('ann')
  openId.set(ANN)
  const browser = createBrowser()
  await visit(browser)
  const cookie = browser.cookie(origin())
  const register = (handle: string) =>
    server.call('POST', '/api/sso/register', { cookie, body: { handle, name: 'Ann' } })
  expect(codeOf(await register('ann'))).toBe('handle_taken')
  expect((await register('ann-2')).status).toBe(200)
  expect(codeOf(await register('ann-3'))).toBe('sso_expired')
  expect(await count('user')).toBe(2)
})

test('of two who come as the same person at once in two browsers, one makes the account', async () => {
  openId.set(ANN)
  const browsers = [createBrowser(), createBrowser()]
  for (const browser of browsers) await visit(browser)
  const answers = await Promise.all(
    browsers.map((browser, index) => send(browser, 'POST', '/api/sso/register', { handle: `ann-${index}`, name: 'A' })),
  )
  expect(answers.map(codeOf).sort()).toEqual(['identity_taken', undefined])
  expect([await count('user'), await count('external_identity')]).toEqual([1, 1])
})

test('an address that is the same links nobody: whoever has it at the provider is somebody new', async () => {
  const ann = await server.join('ann')
  await backend.store.db
    .insertInto('email_address')
    .values({ user_id: ann.userId, address: 'ann@example.edu', confirmed_at: 0 })
    .execute()
  openId.set({ ...ANN, preferred_username: 'ann', email: 'ann@example.edu', email_verified: true })
  const browser = createBrowser()
  expect((await visit(browser)).hash).toBe('#sso=new')
  expect(await whoIs(browser)).toBe(401)
  await backend.store.db.deleteFrom('email_address').execute()
})

test('the same subject at another issuer is somebody else', async () => {
  await come('ann')
  await backend.store.db.updateTable('external_identity').set({ issuer: 'https://evil.example' }).execute()
  expect((await visit(createBrowser())).hash).toBe('#sso=new')
})

test.each([
  ['sso', undefined],
  ['open', undefined],
  ['closed', 'registration_closed'],
  ['email', 'registration_closed'],
] as const)('where it is %s, who comes through single sign-on for the first time: %s', async (registration, code) => {
  await choose('registration', registration)
  openId.set(ANN)
  const browser = createBrowser()
  expect((await visit(browser)).hash).toBe(`#sso=${code ?? 'new'}`)
  const password = await server.call('POST', '/api/register', {
    body: { handle: 'bob', name: 'B', password: PASSWORD },
  })
  expect(codeOf(password) === undefined).toBe(registration === 'open')
})

test('where it is by invitation, an invitation lets in whoever comes so too', async () => {
  await choose('registration', 'invitation')
  openId.set(ANN)
  const browser = createBrowser()
  await visit(browser)
  const register = (more: object) => send(browser, 'POST', '/api/sso/register', { handle: 'ann', name: 'Ann', ...more })
  expect(codeOf(await register({}))).toBe('invitation_needed')
  const actor = { id: uuidv7(), via: 'app' } as const
  const { token } = await server.accounts.createInvitation(actor, { note: '', uses: 1, endsAt: null })
  expect((await register({ invitation: token })).status).toBe(200)
})

test('who says no at the provider, or comes back with nothing that was begun here, is told by a code, and nobody is signed in', async () => {
  openId.set(null)
  expect((await visit(createBrowser())).hash).toBe('#sso=sso_denied')
  for (const query of [
    '',
    '?code=a',
    '?code=a&state=b',
    '?error=access_denied&state=b',
    `?code=a&state=${'A'.repeat(43)}`,
  ]) {
    const { address } = await createBrowser().go(`${origin()}/api/sso/callback${query}`)
    expect([address.origin, address.hash]).toEqual([origin(), '#sso=sso_expired'])
  }
  expect(await count('session')).toBe(0)
})

test('no page elsewhere begins a sign-in in somebody’s browser', async () => {
  const start = (site: string) => server.call('GET', '/api/sso/start', { headers: { 'sec-fetch-site': site } })
  for (const site of ['cross-site', 'same-site']) {
    expect((await start(site)).headers.location).toBe('/#sso=foreign_origin')
  }
  for (const site of ['same-origin', 'none']) expect((await start(site)).headers.location).toMatch(openId.issuer)
  expect(await count('ceremony')).toBe(2)
})

test('an answer is for the browser that began, once, and for ten minutes', async () => {
  await come('ann')
  const mine = createBrowser()
  const back = (await visit(mine, isCallback)).href
  // Somebody else's browser, with what was made for mine: login CSRF.
  const theirs = createBrowser()
  await visit(theirs, isCallback)
  expect((await theirs.go(back)).address.hash).toBe('#sso=sso_expired')
  const before = mine.cookie(origin())
  expect((await mine.go(back)).address.hash).toBe('#sso=done')
  // Replayed, with the cookie of then.
  const replay = createBrowser()
  replay.keep(origin(), before.split('; '))
  expect((await replay.go(back)).address.hash).toBe('#sso=sso_expired')
  const late = createBrowser()
  const tooLate = (await visit(late, isCallback)).href
  offset = 10 * 60_000
  expect((await late.go(tooLate)).address.hash).toBe('#sso=sso_expired')
})

test('a code that was used already signs nobody in, though state and cookie are right', async () => {
  await come('ann')
  const first = createBrowser()
  const used = (await visit(first, isCallback)).searchParams.get('code') ?? ''
  await first.go((await visit(first, isCallback)).href)
  const second = createBrowser()
  const back = await visit(second, isCallback)
  back.searchParams.set('code', used)
  expect((await second.go(back.href)).address.hash).toBe('#sso=sso_expired')
  expect(await whoIs(second)).toBe(401)
})

test('whoever has an account links it, comes in by it then, and unlinks it again', async () => {
  const { cookie } = await server.join('ann')
  const browser = createBrowser()
  browser.keep(origin(), [cookie])
  openId.set(ANN)
  const link = async () => v.parse(addressAnswer, (await send(browser, 'POST', '/api/account/sso', {})).body).address
  const linked = (await browser.go(await link())).address
  expect([linked.pathname, linked.hash]).toEqual(['/settings', '#sso=linked'])
  expect((await browser.go(await link())).address.hash).toBe('#sso=linked')
  const { identities } = await listWays(browser)
  expect(identities.map(({ label }) => label)).toEqual([ANN.preferred_username])
  const other = createBrowser()
  expect((await visit(other)).hash).toBe('#sso=done')
  expect(await whoIs(other)).toBe('ann')
  const path = `/api/account/sso/${identities[0]?.id}`
  expect((await send(browser, 'DELETE', path)).status).toBe(204)
  expect(codeOf(await send(browser, 'DELETE', path))).toBe('not_found')
  expect((await visit(createBrowser())).hash).toBe('#sso=new')
})

test('linking and unlinking ask again whose session it is, and a password shows it', async () => {
  const { cookie } = await server.join('ann')
  const browser = createBrowser()
  browser.keep(origin(), [cookie])
  openId.set(ANN)
  offset = 5 * 60_000
  expect(codeOf(await send(browser, 'POST', '/api/account/sso', {}))).toBe('sign_in_again')
  expect(codeOf(await send(browser, 'DELETE', `/api/account/sso/${uuidv7()}`))).toBe('sign_in_again')
  expect(codeOf(await send(browser, 'POST', '/api/account/proof', { password: 'wrong' }))).toBe('wrong_credentials')
  expect(codeOf(await send(browser, 'POST', '/api/account/sso', {}))).toBe('sign_in_again')
  expect((await send(browser, 'POST', '/api/account/proof', { password: PASSWORD })).status).toBe(204)
  expect((await send(browser, 'POST', '/api/account/sso', {})).status).toBe(200)
})

test('nobody links what opens another account, nor with an answer that another account’s session began', async () => {
  await come('ann')
  const bob = createBrowser()
  bob.keep(origin(), [(await server.join('bob')).cookie])
  const link = async () => v.parse(addressAnswer, (await send(bob, 'POST', '/api/account/sso', {})).body).address
  expect((await bob.go(await link())).address.hash).toBe('#sso=identity_taken')
  openId.set({ ...ANN, sub: 'subject-of-bob' })
  const back = (await bob.go(await link(), isCallback)).address
  bob.keep(origin(), [(await server.join('eve')).cookie])
  expect((await bob.go(back.href)).address.hash).toBe('#sso=sso_expired')
  expect(await count('external_identity')).toBe(1)
})

test('the last way into an account stays: of two at once that would leave none, one is refused', async () => {
  const browser = await come('ann')
  const mine = (await listWays(browser)).identities[0]?.id
  expect(codeOf(await send(browser, 'DELETE', `/api/account/sso/${mine}`))).toBe('last_way_in')
  openId.set({ ...ANN, sub: 'another-subject' })
  browser.forget(openId.issuer)
  const link = v.parse(addressAnswer, (await send(browser, 'POST', '/api/account/sso', {})).body)
  expect((await browser.go(link.address)).address.hash).toBe('#sso=linked')
  const { identities } = await listWays(browser)
  const answers = await Promise.all(identities.map(({ id }) => send(browser, 'DELETE', `/api/account/sso/${id}`)))
  expect(answers.map(codeOf).sort()).toEqual(['last_way_in', undefined])
  expect(await count('external_identity')).toBe(1)
})

test('where passwords are for operators only, others come through single sign-on alone, and reset none', async () => {
  const olga = await server.join('olga')
  await server.campus.accept(SERVER_ID, { type: 'role.set', id: uuidv7(), userId: olga.userId, role: 'operator' })
  const ann = await server.join('ann')
  await choose('passwordsForOperatorsOnly', true)
  const signIn = (handle: string, password = PASSWORD) =>
    server.call('POST', '/api/sign-in', { body: { handle, password } })
  expect(codeOf(await signIn('ann'))).toBe('sso_needed')
  // What only the password's owner is told.
  expect(codeOf(await signIn('ann', 'wrong horse'))).toBe('wrong_credentials')
  expect((await signIn('olga')).status).toBe(200)
  const token = await server.accounts.createResetToken({ id: olga.userId, via: 'app' }, ann.userId)
  const reset = await server.call('POST', '/api/reset', { body: { token, password: 'battery staple' } })
  expect(codeOf(reset)).toBe('sso_needed')
  const browser = createBrowser()
  browser.keep(origin(), [ann.cookie])
  expect((await listWays(browser)).hasPassword).toBe(false)
})

test('who has no password deletes the account after coming in again, and comes as somebody new then', async () => {
  const browser = await come('ann')
  const remove = () => send(browser, 'POST', '/api/account/delete', { password: '', messages: 'keep' })
  offset = 5 * 60_000
  expect(codeOf(await remove())).toBe('sign_in_again')
  expect((await visit(browser)).hash).toBe('#sso=done')
  expect((await remove()).status).toBe(204)
  expect((await visit(createBrowser())).hash).toBe('#sso=new')
})

test('a suspended account is not opened by it either', async () => {
  await come('ann')
  const { id } = await backend.store.db.selectFrom('user').select('id').executeTakeFirstOrThrow()
  const command = { type: 'suspension.set', id: uuidv7(), userId: id, reason: 'Spam' } as const
  await server.campus.accept(SERVER_ID, command)
  expect((await visit(createBrowser())).hash).toBe('#sso=suspended')
})

test('nothing of what passes between is kept or logged: no code, state, token or secret', async () => {
  const seen: string[] = []
  openId.set(ANN)
  const browser = createBrowser()
  const back = await visit(browser, (address) => {
    for (const name of ['code', 'state', 'nonce', 'code_challenge']) seen.push(address.searchParams.get(name) ?? '')
    return isCallback(address)
  })
  const cookie = browser.cookie(origin())
  await browser.go(back.href)
  seen.push(...[...cookie.matchAll(/=([\w-]{43})/g)].map(([, token = '']) => token))
  const secrets = [...new Set(seen)].filter((text) => text.length > 20)
  expect(secrets.length).toBeGreaterThanOrEqual(4)
  const { db } = backend.store
  const dump = JSON.stringify([
    await db.selectFrom('ceremony').selectAll().execute(),
    await db.selectFrom('external_identity').selectAll().execute(),
    ...problems.map(String),
    ...server.errors.map(String),
  ])
  for (const secret of secrets) expect(dump).not.toContain(secret)
})

test('a provider that is away is said at the entrance and on the way, and found again once it is there', async () => {
  const port = await findFreePort()
  const errors: unknown[] = []
  const provider = reach({ ...openId, issuer: `http://127.0.0.1:${port}` }, errors)
  const accounts = createAccounts({ ...accountsOptions(), ssoProvider: provider })
  const begin = () => accounts.sso.begin('http://localhost', { address: '192.0.2.1', device: 'Firefox' })
  expect(await begin()).toMatchObject({ kind: 'refused', refusal: { code: 'sso_unavailable' } })
  expect(accounts.getRegistration().sso).toEqual({ name: 'Campus login', isAway: true })
  await begin()
  expect(errors).toHaveLength(1)
  const late = await startOpenIdProvider(() => ['http://localhost/api/sso/callback'], port)
  expect(await begin()).toMatchObject({ kind: 'begun', address: expect.stringContaining(late.issuer) as string })
  expect(accounts.getRegistration().sso).toEqual({ name: 'Campus login', isAway: false })
  await accounts.close()
  provider.close()
  await late.close()
})

function accountsOptions() {
  return {
    ...{ store: backend.store, bus: server.campus.bus, redis: undefined, clock: systemClock },
    ...{ settings: createFixedSettings(), setRole: async () => undefined, toLink: (hash: string) => hash },
    ...{ registerUser: async () => ({ seq: 0 }), findHead: async () => 0, onError: () => undefined },
  }
}
