import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { StoreUnavailable } from '../../../server/log/group-commit.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { clearAccounts } from './clear-accounts.ts'
import { CALLER, openAccounts, PASSWORD } from './open-accounts.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterEach(() => clearAccounts(backend.store))
afterAll(() => backend.dispose())

const body = { handle: 'ann', name: 'Ann', password: PASSWORD }
const listCredentials = () => backend.store.db.selectFrom('credential').selectAll().execute()

test('whoever registers is in the log and signed in at once', async () => {
  const { accounts, campus } = openAccounts(backend.store)
  const outcome = await accounts.register(body, CALLER)
  expect(outcome).toMatchObject({ kind: 'signed-in', me: { user: { handle: 'ann', name: 'Ann' } } })
  expect(campus.published.flatMap((batch) => batch.rows)).toMatchObject([{ row: { type: 'user', handle: 'ann' } }])
})

test('what is published and stored of a new account holds neither password nor secret', async () => {
  const { accounts, campus } = openAccounts(backend.store)
  const outcome = await accounts.register(body, CALLER)
  const secret = outcome.kind === 'signed-in' ? outcome.token.secret : 'nothing'
  const sessions = await backend.store.db.selectFrom('session').selectAll().execute()
  const stored = JSON.stringify([campus.published, await listCredentials(), sessions])
  expect(stored).not.toContain(PASSWORD)
  expect(stored).not.toContain(secret)
  expect(JSON.stringify(campus.published)).not.toContain('$2b$')
})

test('a handle that is taken is refused, and nothing of the second one stays', async () => {
  const { accounts, join } = openAccounts(backend.store)
  const { userId } = await join('ann')
  expect(await accounts.register({ ...body, password: 'another one' }, CALLER)).toMatchObject({
    kind: 'refused',
    refusal: { code: 'handle_taken' },
  })
  expect((await listCredentials()).map((row) => row.user_id)).toEqual([userId])
})

test('of many who want one handle at once, one gets it', async () => {
  const { accounts } = openAccounts(backend.store)
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => accounts.register(body, CALLER)))
  expect(outcomes.filter((outcome) => outcome.kind === 'signed-in')).toHaveLength(1)
  expect(await listCredentials()).toHaveLength(1)
})

test('when the log took the user but its answer was lost, signing in works', async () => {
  const { accounts, campus, enter } = openAccounts(backend.store, {
    async registerUser(user) {
      await campus.submit(user.id, [{ type: 'user.register', ...user }])
      throw new StoreUnavailable('lost')
    },
  })
  await expect(accounts.register(body, CALLER)).rejects.toThrow(StoreUnavailable)
  expect(await enter('ann')).toMatchObject({ userId: expect.any(String) as string })
})

test('registrations are limited by address', async () => {
  const counted = new Set<string>()
  const { accounts } = openAccounts(backend.store, {
    named: {
      take: async () => undefined,
      async takeOf(of, name) {
        if (name === 'registrations' || !counted.has(of)) return void counted.add(of)
        return { retryAfterMs: 60_000 }
      },
    },
  })
  await accounts.register(body, CALLER)
  const second = { ...body, handle: 'bob' }
  expect(await accounts.register(second, CALLER)).toEqual({
    kind: 'limited',
    retryAfterMs: expect.any(Number) as number,
  })
  expect(await accounts.register(second, { ...CALLER, address: '192.0.2.2' })).toMatchObject({ kind: 'signed-in' })
})
