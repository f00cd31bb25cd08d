import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createDeviceCookies } from '../../../server/accounts/device-cookie.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { clearAccounts } from './clear-accounts.ts'
import { CALLER, openAccounts, PASSWORD } from './open-accounts.ts'

/* What strangers try must not shut the owner out. */

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterEach(() => clearAccounts(backend.store))
afterAll(() => backend.dispose())

const toHeader = (setCookie: string) => setCookie.split(';')[0] ?? ''

/** 100 wrong tries from 100 addresses. */
async function attack({ accounts }: ReturnType<typeof openAccounts>): Promise<void> {
  for (let index = 0; index < 100; index += 1) {
    await accounts.signIn({ handle: 'ann', password: `wrong ${index}` }, { ...CALLER, address: `198.51.100.${index}` })
  }
}

test('100 wrong tries from 100 addresses shut out strangers, and not the device that signed in before', async () => {
  const opened = openAccounts(backend.store)
  const { accounts, join } = opened
  const { userId } = await join('ann')
  const cookie = toHeader(accounts.renewDevice(undefined, userId, false))
  await attack(opened)
  const signIn = (password: string, header?: string) =>
    accounts.signIn({ handle: 'ann', password }, { ...CALLER, address: '203.0.113.7', cookie: header })
  expect(await signIn(PASSWORD)).toMatchObject({ kind: 'limited' })
  expect(await signIn(PASSWORD, cookie)).toMatchObject({ kind: 'signed-in' })
  expect(await signIn('wrong', cookie)).toMatchObject({ kind: 'refused' })
})

test('its own door is a tight one, which a right password does not use up', async () => {
  const { accounts, join } = openAccounts(backend.store, {
    limits: { signInByDevice: { points: 3, withinMs: 60_000 } },
  })
  const { userId } = await join('ann')
  const cookie = toHeader(accounts.renewDevice(undefined, userId, false))
  const signIn = (password: string) => accounts.signIn({ handle: 'ann', password }, { ...CALLER, cookie })
  for (let tries = 0; tries < 5; tries += 1) expect(await signIn(PASSWORD)).toMatchObject({ kind: 'signed-in' })
  for (let tries = 0; tries < 3; tries += 1) expect(await signIn('wrong')).toMatchObject({ kind: 'refused' })
  expect(await signIn(PASSWORD)).toMatchObject({ kind: 'limited' })
})

test('a cookie of another account, of another server, or made up opens no door', async () => {
  const opened = openAccounts(backend.store)
  const { accounts, join } = opened
  const [ann, eve] = [await join('ann'), await join('eve')]
  const ofEve = toHeader(accounts.renewDevice(undefined, eve.userId, false))
  const elsewhere = toHeader(createDeviceCookies(randomBytes(32)).renew(undefined, ann.userId, false))
  await attack(opened)
  for (const cookie of [ofEve, elsewhere, 'chatbox_device=A.B', `chatbox_device=${'~'.repeat(9_000)}`]) {
    const outcome = await accounts.signIn({ handle: 'ann', password: PASSWORD }, { ...CALLER, cookie })
    expect([cookie.slice(0, 30), outcome.kind]).toEqual([cookie.slice(0, 30), 'limited'])
  }
})

test('one device is known by several who signed in there, says nothing of whom, and forgets the oldest', () => {
  const cookies = createDeviceCookies(randomBytes(32))
  const people = ['person-1', 'person-2', 'person-3', 'person-4', 'person-5', 'person-6']
  const header = people.reduce<string | undefined>(
    (before, userId) => toHeader(cookies.renew(before, userId, true)),
    undefined,
  )
  expect(people.map((userId) => cookies.find(header, userId) !== undefined)).toEqual([
    false,
    ...people.slice(1).map(() => true),
  ])
  for (const userId of people) expect(header).not.toContain(userId)
  expect(cookies.renew(undefined, 'u1', true)).toMatch(/; Path=\/api; HttpOnly; Secure; SameSite=Lax$/)
})
