import { generateKeyPairSync } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { SERVER_ID } from '../../../server/commands/roles.ts'
import { systemClock } from '../../../shared/clock.ts'
import type { SettingName } from '../../../shared/operate/settings.ts'
import { commandsAnswer, passkeyOptions, waysIn } from '../../../shared/protocol/http.ts'
import { type Authenticator, createAuthenticator, type Wrongs } from '../../support/authenticator.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type ApiServer, codeOf, createApiServer } from '../http/api-server.ts'
import { clearAccounts } from './clear-accounts.ts'
import { PASSWORD } from './open-accounts.ts'
import { type Browser, createBrowser } from './sso-visits.ts'

/* Passkeys, with an authenticator of software. */

const ORIGIN = 'https://chat.example.edu'
const PLACE = { origin: ORIGIN, rpId: 'chat.example.edu' }

let backend: Backend
let server: ApiServer
let offset = 0
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store, {
    publicUrl: new URL(ORIGIN),
    // With PUBLIC_URL set nothing else than this is what an operator has to choose.
    chosen: { registration: 'open' },
    clock: { ...systemClock, now: () => Date.now() + offset },
  })
})
afterEach(async () => {
  offset = 0
  await choose('operatorsNeedPasskey', null)
  await backend.store.db.deleteFrom('standing').execute()
  await clearAccounts(backend.store)
})
afterAll(async () => {
  await server.close()
  await backend.dispose()
})

const choose = (name: SettingName, value: unknown, id: string | null = null) =>
  server.parts.settings.change(id === null ? { id, via: 'server' } : { id, via: 'app' }, name, value)

async function send(browser: Browser, method: string, path: string, body?: object) {
  const answer = await server.call(method, path, { cookie: browser.cookie(ORIGIN), ...(body && { body }) })
  browser.keep(ORIGIN, answer.headers['set-cookie'] ?? [])
  return answer
}
async function begin(browser: Browser, path: string) {
  const answer = await send(browser, 'POST', `${path}/options`, {})
  expect([answer.status, codeOf(answer)]).toEqual([200, undefined])
  return v.parse(passkeyOptions, answer.body).options
}
/** Makes an account, and signs in to it with its password. */
async function join(handle: string): Promise<Browser & { userId: string }> {
  const { cookie, userId } = await server.join(handle)
  const browser = createBrowser()
  browser.keep(ORIGIN, [cookie])
  return { ...browser, userId }
}
async function add(browser: Browser, key: Authenticator, name = 'Phone', wrongs?: Wrongs) {
  const response = key.create(await begin(browser, '/api/account/passkeys'), wrongs)
  return send(browser, 'POST', '/api/account/passkeys', { name, response })
}
async function enter(key: Authenticator, wrongs?: Wrongs, browser = createBrowser()) {
  const response = key.sign(await begin(browser, '/api/passkeys'), wrongs)
  return { answer: await send(browser, 'POST', '/api/passkeys/sign-in', { response }), browser }
}
const isSignedIn = async (browser: Browser) => (await send(browser, 'GET', '/api/me')).status === 200
const listKeys = async (browser: Browser) =>
  v.parse(waysIn, (await send(browser, 'GET', '/api/account/ways-in')).body).passkeys

test('somebody adds a passkey and comes in with it, without a handle or a password; the list says when', async () => {
  const [ann, key] = [await join('ann'), createAuthenticator(PLACE)]
  expect((await add(ann, key)).status).toBe(204)
  const { answer, browser } = await enter(key)
  expect(answer.body).toMatchObject({ user: { handle: 'ann' } })
  expect(await isSignedIn(browser)).toBe(true)
  const [one] = await listKeys(ann)
  expect(one).toMatchObject({ name: 'Phone', backedUp: false })
  expect((one?.lastUsedAt ?? 1) % (5 * 60_000)).toBe(0)
  const { db } = backend.store
  expect(await db.selectFrom('session').select('signed_in_by').execute()).toEqual([
    { signed_in_by: 'passkey' },
    { signed_in_by: 'passkey' },
  ])
})

test('adding one gives the session another cookie: the one before opens nothing', async () => {
  const ann = await join('ann')
  const before = ann.cookie(ORIGIN)
  await add(ann, createAuthenticator(PLACE))
  expect((await server.call('GET', '/api/me', { cookie: before })).status).toBe(401)
  expect(await isSignedIn(ann)).toBe(true)
})

const wrong: [string, Wrongs][] = [
  ['of another origin', { origin: 'https://evil.example' }],
  ['of another name', { rpId: 'evil.example' }],
  ['to another challenge', { challenge: 'A'.repeat(43) }],
  ['whose owner was not there', { flags: 4 }],
  ['whose owner showed nothing of themselves', { flags: 1 }],
  ['of another ceremony', { type: 'webauthn.nothing' }],
]
test.each(wrong)('an answer %s makes no passkey, and opens nothing', async (_, wrongs) => {
  const [ann, key] = [await join('ann'), createAuthenticator(PLACE)]
  expect(codeOf(await add(ann, key, 'Phone', wrongs))).toBe('passkey_invalid')
  expect(await listKeys(ann)).toEqual([])
  expect((await add(ann, key)).status).toBe(204)
  const { answer, browser } = await enter(key, wrongs)
  expect(codeOf(answer)).toBe('passkey_invalid')
  expect(await isSignedIn(browser)).toBe(false)
  expect((await enter(key)).answer.status).toBe(200)
})

test.each<[string, Wrongs]>([
  ['signed with another key', { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }],
  ['that says that it is of somebody else', { userHandle: Buffer.from(uuidv7()).toString('base64url') }],
])('an answer %s opens nothing', async (_, wrongs) => {
  const [ann, key] = [await join('ann'), createAuthenticator(PLACE)]
  await add(ann, key)
  expect(codeOf((await enter(key, wrongs)).answer)).toBe('passkey_invalid')
})

test('one that nobody added opens nothing, and one that opens an account is added to no other', async () => {
  const [ann, bob, key] = [await join('ann'), await join('bob'), createAuthenticator(PLACE)]
  expect(codeOf((await enter(createAuthenticator(PLACE))).answer)).toBe('passkey_invalid')
  await add(ann, key)
  expect(codeOf(await add(bob, key))).toBe('identity_taken')
})

test('a challenge holds once, in one browser, for ten minutes', async () => {
  const [ann, key] = [await join('ann'), createAuthenticator(PLACE)]
  await add(ann, key)
  const browser = createBrowser()
  const options = await begin(browser, '/api/passkeys')
  const cookie = browser.cookie(ORIGIN)
  const come = (header: string) =>
    server.call('POST', '/api/passkeys/sign-in', { cookie: header, body: { response: key.sign(options) } })
  const other = createBrowser()
  await begin(other, '/api/passkeys')
  expect(codeOf(await come(other.cookie(ORIGIN)))).toBe('passkey_invalid')
  expect(codeOf(await come(''))).toBe('passkey_invalid')
  expect((await come(cookie)).status).toBe(200)
  expect(codeOf(await come(cookie))).toBe('passkey_invalid')
  const late = createBrowser()
  const response = key.sign(await begin(late, '/api/passkeys'))
  offset = 10 * 60_000
  expect(codeOf(await send(late, 'POST', '/api/passkeys/sign-in', { response }))).toBe('passkey_invalid')
})

test('a challenge for coming in makes no passkey, and one of somebody else proves nothing', async () => {
  const [ann, key] = [await join('ann'), createAuthenticator(PLACE)]
  const response = key.create(await begin(ann, '/api/passkeys'))
  expect(codeOf(await send(ann, 'POST', '/api/account/passkeys', { name: 'Phone', response }))).toBe('passkey_invalid')
  await add(ann, key)
  const bob = await join('bob')
  const signed = key.sign(await begin(bob, '/api/account/proof/passkey'))
  expect(codeOf(await send(bob, 'POST', '/api/account/proof/passkey', { response: signed }))).toBe('passkey_invalid')
})

test('an authenticator that counts back was copied: it opens nothing; one that does not count opens', async () => {
  const [ann, key, synced] = [await join('ann'), createAuthenticator(PLACE), createAuthenticator(PLACE, false)]
  await add(ann, key)
  await add(ann, synced, 'Cloud', { flags: 29 })
  key.setCounter(7)
  expect((await enter(key)).answer.status).toBe(200)
  for (const counter of [7, 3, 0]) expect(codeOf((await enter(key, { counter })).answer)).toBe('passkey_invalid')
  expect((await enter(key, { counter: 8 })).answer.status).toBe(200)
  for (let times = 0; times < 2; times += 1) expect((await enter(synced, { flags: 29 })).answer.status).toBe(200)
  expect((await listKeys(ann)).map(({ backedUp }) => backedUp)).toEqual([false, true])
})

test('adding and removing ask again whose session it is; a passkey shows it, and so does a password', async () => {
  const [ann, key] = [await join('ann'), createAuthenticator(PLACE)]
  await add(ann, key)
  const [one] = await listKeys(ann)
  const path = `/api/account/passkeys/${one?.id}`
  offset = 5 * 60_000
  expect(codeOf(await send(ann, 'POST', '/api/account/passkeys/options', {}))).toBe('sign_in_again')
  expect(codeOf(await send(ann, 'DELETE', path))).toBe('sign_in_again')
  const response = key.sign(await begin(ann, '/api/account/proof/passkey'))
  expect((await send(ann, 'POST', '/api/account/proof/passkey', { response })).status).toBe(204)
  expect((await send(ann, 'POST', path, { name: 'Old phone' })).status).toBe(204)
  expect((await listKeys(ann)).map(({ name }) => name)).toEqual(['Old phone'])
  expect((await send(ann, 'DELETE', path)).status).toBe(204)
  expect(codeOf((await enter(key)).answer)).toBe('passkey_invalid')
  offset = 10 * 60_000 + 1
  expect((await send(ann, 'POST', '/api/account/proof', { password: PASSWORD })).status).toBe(204)
  expect((await send(ann, 'POST', '/api/account/passkeys/options', {})).status).toBe(200)
})

test('nobody renames or removes what is somebody else’s, nor leaves an account without a way in', async () => {
  const [ann, bob, key] = [await join('ann'), await join('bob'), createAuthenticator(PLACE)]
  await add(ann, key)
  const path = `/api/account/passkeys/${(await listKeys(ann))[0]?.id}`
  expect(codeOf(await send(bob, 'POST', path, { name: 'Mine' }))).toBe('not_found')
  expect(codeOf(await send(bob, 'DELETE', path))).toBe('not_found')
  await backend.store.db.deleteFrom('credential').where('user_id', '=', ann.userId).execute()
  expect(codeOf(await send(ann, 'DELETE', path))).toBe('last_way_in')
  expect(await listKeys(ann)).toHaveLength(1)
})

test('a passkey that was removed while somebody came in with it opens nothing', async () => {
  const [ann, key] = [await join('ann'), createAuthenticator(PLACE)]
  await add(ann, key)
  const browser = createBrowser()
  const response = key.sign(await begin(browser, '/api/passkeys'))
  await send(ann, 'DELETE', `/api/account/passkeys/${(await listKeys(ann))[0]?.id}`)
  expect(codeOf(await send(browser, 'POST', '/api/passkeys/sign-in', { response }))).toBe('passkey_invalid')
})

test.each([
  ['no response', {}],
  ['a response that is none', { response: { id: 'a', rawId: 'a', type: 'public-key', response: {} } }],
  [
    'an id of 3,000 letters',
    { response: { ...createAuthenticator(PLACE).sign({ challenge: 'a' }), id: 'a'.repeat(3_000) } },
  ],
  ['another type', { response: { ...createAuthenticator(PLACE).sign({ challenge: 'a' }), type: 'password' } }],
])('%s is no passkey', async (_, body) => {
  const browser = createBrowser()
  await begin(browser, '/api/passkeys')
  expect(codeOf(await send(browser, 'POST', '/api/passkeys/sign-in', body))).toBe('bad_request')
})

test('what is no base64, CBOR or JSON in an answer is one that opens nothing, and no error of the server', async () => {
  const [ann, key] = [await join('ann'), createAuthenticator(PLACE)]
  await add(ann, key)
  const browser = createBrowser()
  const junk = ['', '!', 'AAAA', '_'.repeat(5_000)]
  for (const text of junk) {
    const signed = key.sign(await begin(browser, '/api/passkeys')) as { response: object }
    for (const name of ['clientDataJSON', 'authenticatorData', 'signature', 'userHandle']) {
      await begin(browser, '/api/passkeys')
      const response = { ...signed, response: { ...signed.response, [name]: text } }
      expect(codeOf(await send(browser, 'POST', '/api/passkeys/sign-in', { response }))).toBe('passkey_invalid')
    }
    const made = createAuthenticator(PLACE).create(await begin(ann, '/api/account/passkeys')) as { response: object }
    const response = { ...made, response: { ...made.response, attestationObject: text } }
    expect(codeOf(await send(ann, 'POST', '/api/account/passkeys', { name: 'x', response }))).toBe('passkey_invalid')
  }
  expect(server.errors).toEqual([])
})

test('the database has no secret of it, and forgets what nobody ended', async () => {
  const ann = await join('ann')
  const options = await begin(ann, '/api/account/passkeys')
  const dump = JSON.stringify(await backend.store.db.selectFrom('ceremony').selectAll().execute())
  expect(dump).not.toContain(String(options.challenge))
  expect(dump).not.toContain(/chatbox_passkey=([\w-]+)/.exec(ann.cookie(ORIGIN))?.[1])
})

/* Where operators and moderators need one. */

async function govern(handle: string, role: 'operator' | 'moderator') {
  const browser = await join(handle)
  await server.campus.accept(SERVER_ID, { type: 'role.set', id: uuidv7(), userId: browser.userId, role })
  return browser
}
const setRole = async (browser: Browser, userId: string) => {
  const command = { type: 'role.set', id: uuidv7(), userId, role: 'moderator' }
  const rename = { type: 'profile.rename', id: uuidv7(), name: 'Olga O.' }
  const answer = await send(browser, 'POST', '/api/commands', { commands: [command, rename] })
  return v.parse(commandsAnswer, answer.body).results.map((one) => (one.status === 'refused' ? one.code : 'accepted'))
}

test('who governs and came in with a password is asked for a passkey, for pages and for commands; others are not', async () => {
  const [olga, mona, ann] = [await govern('olga', 'operator'), await govern('mona', 'moderator'), await join('ann')]
  await choose('operatorsNeedPasskey', true)
  for (const browser of [olga, mona]) {
    expect(codeOf(await send(browser, 'GET', '/api/operate/people'))).toBe('passkey_needed')
    // What is no act of theirs goes on.
    expect(await isSignedIn(browser)).toBe(true)
  }
  expect(codeOf(await send(ann, 'GET', '/api/operate/people'))).toBe('forbidden')
  expect(await setRole(olga, ann.userId)).toEqual(['passkey_needed', 'accepted'])
  const key = createAuthenticator(PLACE)
  await add(olga, key)
  expect((await send(olga, 'GET', '/api/operate/people')).status).toBe(200)
  expect(await setRole(olga, ann.userId)).toEqual(['accepted', 'accepted'])
  // Another session of hers is not raised with it, until it shows the passkey.
  const again = createBrowser()
  await send(again, 'POST', '/api/sign-in', { handle: 'olga', password: PASSWORD })
  expect(codeOf(await send(again, 'GET', '/api/operate/overview'))).toBe('passkey_needed')
  const response = key.sign(await begin(again, '/api/account/proof/passkey'))
  await send(again, 'POST', '/api/account/proof/passkey', { response })
  expect((await send(again, 'GET', '/api/operate/overview')).status).toBe(200)
  // Without a passkey left nobody counts as having come with one.
  await send(olga, 'DELETE', `/api/account/passkeys/${(await listKeys(olga))[0]?.id}`)
  expect(codeOf(await send(olga, 'GET', '/api/operate/people'))).toBe('passkey_needed')
})

test('an operator who has none cannot ask one of everybody', async () => {
  const olga = await govern('olga', 'operator')
  const change = () => send(olga, 'POST', '/api/operate/settings', { name: 'operatorsNeedPasskey', value: true })
  expect(codeOf(await change())).toBe('passkey_needed')
  expect(server.parts.settings.get('operatorsNeedPasskey')).toBe(false)
  await add(olga, createAuthenticator(PLACE))
  expect((await change()).status).toBe(204)
})

test('passwords are left to operators only where there is a single sign-on for the others', async () => {
  expect(await choose('passwordsForOperatorsOnly', true)).toMatchObject({ code: 'bad_request' })
  expect(server.parts.settings.get('passwordsForOperatorsOnly')).toBe(false)
})

test('who leads a group and governs nothing else is asked for no passkey', async () => {
  const [ann, bob] = [await join('ann'), await join('bob')]
  await choose('operatorsNeedPasskey', true)
  const conversationId = uuidv7()
  const commands = [
    { type: 'group.create', id: uuidv7(), conversationId, title: 'Physics', userIds: [bob.userId] },
    { type: 'conversation.govern', id: uuidv7(), conversationId, posting: 'leaders', slowSeconds: 0 },
  ]
  const answer = await send(ann, 'POST', '/api/commands', { commands })
  expect(v.parse(commandsAnswer, answer.body).results.map(({ status }) => status)).toEqual(['accepted', 'accepted'])
})
