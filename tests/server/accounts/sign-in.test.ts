import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Backend, createBackend } from '../../support/backend.ts'
import { clearAccounts } from './clear-accounts.ts'
import { CALLER, openAccounts, PASSWORD } from './open-accounts.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterEach(() => clearAccounts(backend.store))
afterAll(() => backend.dispose())

const WRONG = {
  kind: 'refused',
  refusal: { code: 'wrong_credentials', message: 'The handle or the password is wrong.' },
}

const wrong: [name: string, handle: string, password: string][] = [
  ['a wrong password', 'ann', 'wrong horse'],
  ['no password', 'ann', ''],
  ['an unknown handle', 'bob', PASSWORD],
  ['what no handle can be', "' or 1=1 --", PASSWORD],
  ['a handle that no ascii column can compare', 'änn', PASSWORD],
  ['a handle of control characters', '\u0000\u0001\u0002', PASSWORD],
  ['a handle of a megabyte', 'a'.repeat(1_000_000), PASSWORD],
  ['a password of a megabyte', 'ann', 'a'.repeat(1_000_000)],
]

test.each(wrong)('%s: the same answer after the same work', async (_, handle, password) => {
  const { accounts, join, hasher } = openAccounts(backend.store)
  await join('ann')
  expect(await accounts.signIn({ handle, password }, CALLER)).toEqual(WRONG)
  expect(hasher.compares).toBe(1)
})

test('wrong handle and wrong password cost the same statements', async () => {
  const statements: string[] = []
  const { accounts, join } = openAccounts(backend.openStore((statement) => statements.push(statement)))
  await join('ann')
  const count = async (handle: string) => {
    statements.length = 0
    await accounts.signIn({ handle, password: 'wrong horse' }, CALLER)
    return statements.length
  }
  expect(await count('ann')).toBe(await count('bob'))
})

test('a handle is taken as it is typed on a phone', async () => {
  const { enter, join } = openAccounts(backend.store)
  const { userId } = await join('ann')
  expect(await enter(' Ann ')).toMatchObject({ userId })
})

test('failed tries are limited by handle and address; elsewhere the owner still gets in', async () => {
  const limits = { signInByHandleAndAddress: { points: 2, withinMs: 60_000 } }
  const { accounts, join, hasher } = openAccounts(backend.store, { limits })
  await join('ann')
  const attempt = (password: string, address = CALLER.address, handle = 'ann') =>
    accounts.signIn({ handle, password }, { ...CALLER, address })
  await attempt('wrong 1')
  await attempt('wrong 2')
  const compares = hasher.compares
  expect(await attempt(PASSWORD)).toEqual({ kind: 'limited', retryAfterMs: expect.any(Number) as number })
  expect(hasher.compares).toBe(compares)
  expect(await attempt(PASSWORD, '192.0.2.2')).toMatchObject({ kind: 'signed-in' })
  expect(await attempt('wrong', CALLER.address, 'bob')).toEqual(WRONG)
})

test('many tries at once do not slip through together', async () => {
  const limits = { signInByHandleAndAddress: { points: 3, withinMs: 60_000 } }
  const { accounts, join, hasher } = openAccounts(backend.store, { limits })
  await join('ann')
  await Promise.all(
    Array.from({ length: 20 }, () => accounts.signIn({ handle: 'ann', password: 'wrong horse' }, CALLER)),
  )
  expect(hasher.compares).toBe(3)
})

test('sign-ins that succeed use up nothing', async () => {
  const few = { points: 1, withinMs: 60_000 }
  const limits = { signInByHandleAndAddress: few, signInByHandle: few, signInByAddress: few }
  const { enter, join } = openAccounts(backend.store, { limits })
  await join('ann')
  for (let visit = 0; visit < 5; visit += 1) await enter('ann')
})

test('guessing from many addresses is limited by handle', async () => {
  const { accounts, join } = openAccounts(backend.store, {
    limits: { signInByHandle: { points: 2, withinMs: 60_000 } },
  })
  await join('ann')
  const attempt = (address: string) => accounts.signIn({ handle: 'ann', password: 'wrong' }, { ...CALLER, address })
  expect(await attempt('192.0.2.1')).toEqual(WRONG)
  expect(await attempt('192.0.2.2')).toEqual(WRONG)
  expect(await attempt('192.0.2.3')).toMatchObject({ kind: 'limited' })
})

test('guessing many handles is limited by address', async () => {
  const { accounts } = openAccounts(backend.store, { limits: { signInByAddress: { points: 2, withinMs: 60_000 } } })
  const attempt = (handle: string) => accounts.signIn({ handle, password: 'wrong' }, CALLER)
  expect(await attempt('ann')).toEqual(WRONG)
  expect(await attempt('bob')).toEqual(WRONG)
  expect(await attempt('cem')).toMatchObject({ kind: 'limited' })
})

test('when more wait for a hash than can be served, the rest is told to come back', async () => {
  const { accounts, join } = openAccounts(backend.store)
  await join('ann')
  const outcomes = await Promise.all(
    Array.from({ length: 70 }, () => accounts.signIn({ handle: 'ann', password: PASSWORD }, CALLER)),
  )
  expect(outcomes.filter((outcome) => outcome.kind === 'limited')).toHaveLength(9)
  expect(outcomes.filter((outcome) => outcome.kind === 'signed-in')).toHaveLength(61)
})
