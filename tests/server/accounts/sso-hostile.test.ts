import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Forged, type HostileIssuer, startHostileIssuer, STRANGE_KEY } from '../../support/hostile-issuer.ts'
import { clearAccounts } from './clear-accounts.ts'
import { CALLER, openAccounts } from './open-accounts.ts'
import { reach } from './sso-visits.ts'

/* What a single sign-on answers is checked, whoever answers. */

let backend: Backend
let hostile: HostileIssuer
beforeAll(async () => {
  backend = await createBackend()
  hostile = await startHostileIssuer()
})
afterEach(async () => {
  hostile.forge({})
  hostile.describe({})
  await clearAccounts(backend.store)
})
afterAll(async () => {
  await hostile.close()
  await backend.dispose()
})

const ORIGIN = 'https://chat.example.edu'

/** Begins a sign-in and ends it with what the issuer answers; `forge` is told the right nonce. */
async function attempt(forge: (nonce: string) => Forged, more: Record<string, string> = {}) {
  const errors: unknown[] = []
  const ssoProvider = reach(hostile, errors)
  const { accounts } = openAccounts(backend.store, { ssoProvider })
  const begun = await accounts.sso.begin(ORIGIN, CALLER)
  if (begun.kind !== 'begun') {
    ssoProvider.close()
    return { outcome: begun.kind === 'refused' ? begun.refusal.code : begun.kind, errors }
  }
  const { searchParams } = new URL(begun.address)
  hostile.forge(forge(searchParams.get('nonce') ?? ''))
  const query = new URLSearchParams({ code: 'a-code-that-is-secret', state: searchParams.get('state') ?? '', ...more })
  const finished = await accounts.sso.finish({ origin: ORIGIN, query, token: begun.token, session: undefined }, CALLER)
  ssoProvider.close()
  return { outcome: finished.kind === 'refused' ? finished.refusal.code : finished.kind, errors }
}

test('what is right lets somebody in: the cases below differ in one thing each', async () => {
  expect((await attempt((nonce) => ({ claims: { nonce } }))).outcome).toBe('newcomer')
})

const SECOND = () => Math.floor(Date.now() / 1000)
test.each<[string, (nonce: string) => Forged, string]>([
  ['of another issuer', (nonce) => ({ claims: { nonce, iss: 'https://evil.example' } }), 'sso_token'],
  ['for another audience', (nonce) => ({ claims: { nonce, aud: 'another-app' } }), 'sso_token'],
  [
    'for others too, and given to one of these',
    (nonce) => ({ claims: { nonce, aud: ['chatbox', 'x'], azp: 'x' } }),
    'sso_token',
  ],
  ['with another nonce', () => ({ claims: { nonce: 'of another sign-in' } }), 'sso_token'],
  ['without a nonce', () => ({}), 'sso_token'],
  ['that has expired', (nonce) => ({ claims: { nonce, iat: SECOND() - 900, exp: SECOND() - 600 } }), 'sso_token'],
  ['that never expires', (nonce) => ({ claims: { nonce, exp: undefined } }), 'sso_token'],
  ['without a subject', (nonce) => ({ claims: { nonce, sub: undefined } }), 'sso_token'],
  ['with a subject of other than letters', (nonce) => ({ claims: { nonce, sub: 'ann\u0000é' } }), 'sso_token'],
  ['with a subject of 300 letters', (nonce) => ({ claims: { nonce, sub: 'a'.repeat(300) } }), 'sso_token'],
  ['signed with another key', (nonce) => ({ claims: { nonce }, key: STRANGE_KEY }), 'sso_token'],
  ['signed with a key that nobody told', (nonce) => ({ claims: { nonce }, header: { kid: 'two' } }), 'sso_token'],
  ['not signed', (nonce) => ({ claims: { nonce }, header: { alg: 'none' } }), 'sso_token'],
  ['signed in a way that was not agreed on', (nonce) => ({ claims: { nonce }, header: { alg: 'HS256' } }), 'sso_token'],
  ['left out', () => ({ answer: { status: 200, body: { access_token: 'a', token_type: 'Bearer' } } }), 'sso_token'],
  [
    'replaced by a refusal of the code',
    () => ({ answer: { status: 400, body: { error: 'invalid_grant' } } }),
    'sso_expired',
  ],
  ['replaced by an error of a proxy', () => ({ answer: { status: 502, body: '' } }), 'sso_unavailable'],
])('a token %s lets nobody in', async (_, forge, code) => {
  const { outcome, errors } = await attempt(forge)
  expect(outcome).toBe(code)
  const { db } = backend.store
  expect(await db.selectFrom('external_identity').select('id').execute()).toEqual([])
  expect(await db.selectFrom('ceremony').select('kind').execute()).toEqual([])
  // Told to the operator, without what was sent.
  expect(errors.map(String).join('\n')).toMatch(/^Error: Single sign-on failed: \w+$/)
})

test('an answer that says that it comes from another issuer is none (RFC 9207)', async () => {
  hostile.describe({ authorization_response_iss_parameter_supported: true })
  const right = (nonce: string) => ({ claims: { nonce } })
  expect((await attempt(right, { iss: hostile.issuer })).outcome).toBe('newcomer')
  expect((await attempt(right, { iss: 'https://evil.example' })).outcome).toBe('sso_token')
  expect((await attempt(right)).outcome).toBe('sso_token')
})

test('a discovery document of another issuer is none', async () => {
  hostile.describe({ issuer: 'https://evil.example' })
  expect((await attempt(() => ({}))).outcome).toBe('sso_unavailable')
})

test.each([
  ['Änn.Lee@example.edu', 'Ann  Lee', { handle: 'ann.lee', name: 'Ann Lee' }],
  ['42', ' ', { handle: '', name: '' }],
  ['x'.repeat(99), 'y'.repeat(99), { handle: 'x'.repeat(30), name: 'y'.repeat(60) }],
  ['Ann Marie Lee', 'Ann\u202eeel', { handle: 'ann-marie-lee', name: 'Anneel' }],
])('%s is proposed as a handle that is one', async (preferred_username, name, proposed) => {
  const ssoProvider = reach(hostile)
  const { accounts } = openAccounts(backend.store, { ssoProvider })
  const begun = await accounts.sso.begin(ORIGIN, CALLER)
  if (begun.kind !== 'begun') throw new Error('not begun')
  const { searchParams } = new URL(begun.address)
  hostile.forge({ claims: { nonce: searchParams.get('nonce'), preferred_username, name } })
  const query = new URLSearchParams({ code: 'c', state: searchParams.get('state') ?? '' })
  const finished = await accounts.sso.finish({ origin: ORIGIN, query, token: begun.token, session: undefined }, CALLER)
  ssoProvider.close()
  const newcomer = await accounts.sso.findNewcomer(finished.kind === 'newcomer' ? finished.token : undefined)
  expect(newcomer).toEqual({ ...proposed, provider: 'Campus login' })
})
