import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { toSessionCookie } from '../../../server/accounts/session-cookie.ts'
import { createMemoryBus } from '../../../server/bus/memory.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { clearAccounts } from './clear-accounts.ts'
import { CALLER, openAccounts, PASSWORD } from './open-accounts.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterEach(() => clearAccounts(backend.store))
afterAll(() => backend.dispose())

const NEXT = 'battery staple'
const CHANGED = { kind: 'changed', token: expect.any(Object) as object }

test('a new password ends every other session, and nobody else’s', async () => {
  const { accounts, join, enter, ended } = openAccounts(backend.store)
  const ann = await join('ann')
  const phone = await enter('ann')
  const bob = await join('bob')
  expect(await accounts.changePassword(ann, { current: PASSWORD, next: NEXT })).toEqual(CHANGED)
  expect(ended).toEqual([phone.sessionId])
  expect(await accounts.findSession(phone.cookie)).toBeUndefined()
  expect(await accounts.findSession(bob.cookie)).toBeDefined()
  expect(await accounts.signIn({ handle: 'ann', password: PASSWORD }, CALLER)).toMatchObject({ kind: 'refused' })
  expect(await enter('ann', NEXT)).toMatchObject({ userId: ann.userId })
})

test('a wrong current password changes nothing', async () => {
  const { accounts, join, enter, ended } = openAccounts(backend.store)
  const ann = await join('ann')
  const phone = await enter('ann')
  expect(await accounts.changePassword(ann, { current: 'wrong', next: NEXT })).toEqual({
    kind: 'refused',
    refusal: { code: 'wrong_credentials', message: 'That is not your current password.' },
  })
  expect(ended).toEqual([])
  expect(await accounts.findSession(phone.cookie)).toBeDefined()
  await enter('ann')
})

test('tries are limited, and a right one uses up nothing', async () => {
  const limits = { passwordChangeByUser: { points: 2, withinMs: 60_000 } }
  const { accounts, join } = openAccounts(backend.store, { limits })
  const ann = await join('ann')
  const change = (current: string, next: string) => accounts.changePassword(ann, { current, next })
  expect(await change(PASSWORD, NEXT)).toEqual(CHANGED)
  expect(await change('wrong 1', NEXT)).toMatchObject({ kind: 'refused' })
  expect(await change(NEXT, PASSWORD)).toEqual(CHANGED)
  expect(await change('wrong 2', NEXT)).toMatchObject({ kind: 'refused' })
  expect(await change(PASSWORD, NEXT)).toEqual({ kind: 'limited', retryAfterMs: expect.any(Number) as number })
})

test('of two changes at once, one is done', async () => {
  const { accounts, join } = openAccounts(backend.store)
  const ann = await join('ann')
  const outcomes = await Promise.all(
    ['first password', 'other password'].map((next) => accounts.changePassword(ann, { current: PASSWORD, next })),
  )
  expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(['changed', 'refused'])
})

test('a sign-in with the old password does not slip in behind a change', async () => {
  const opened = openAccounts(backend.store)
  const ann = await opened.join('ann')
  const { compare } = opened.hasher
  // Between the comparison and the new session the password is changed.
  const slow = openAccounts(backend.openStore(), {
    hasher: {
      hash: opened.hasher.hash,
      async compare(password, hash) {
        const isRight = await compare.call(opened.hasher, password, hash)
        await opened.accounts.changePassword(ann, { current: PASSWORD, next: NEXT })
        return isRight
      },
    },
  })
  expect(await slow.accounts.signIn({ handle: 'ann', password: PASSWORD }, CALLER)).toMatchObject({ kind: 'refused' })
  expect(await opened.accounts.listSessions(ann)).toHaveLength(1)
})

test('whoever asks stays signed in with another cookie; the one before, of whoever copied it, is nobody’s, in any process', async () => {
  const bus = { ...createMemoryBus(), isShared: true }
  const { accounts, join, ended } = openAccounts(backend.store, { bus })
  const far = openAccounts(backend.openStore(), { bus })
  const ann = await join('ann')
  expect(await far.accounts.findSession(ann.cookie)).toBeDefined()
  const outcome = await accounts.changePassword(ann, { current: PASSWORD, next: NEXT })
  if (outcome.kind !== 'changed') throw new Error('not changed')
  const [cookie = ''] = toSessionCookie(outcome.token, false).split(';')
  for (const process of [accounts, far.accounts]) {
    expect(await process.findSession(ann.cookie)).toBeUndefined()
    expect(await process.findSession(cookie)).toEqual({ userId: ann.userId, sessionId: ann.sessionId })
  }
  // What it has open stays open.
  expect(ended).not.toContain(ann.sessionId)
})
