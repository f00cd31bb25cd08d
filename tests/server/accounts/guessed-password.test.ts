import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { refuseGuessed } from '../../../server/accounts/guessed-password.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { clearAccounts } from './clear-accounts.ts'
import { CALLER, openAccounts, PASSWORD } from './open-accounts.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterEach(async () => {
  await clearAccounts(backend.store)
  await backend.store.db.deleteFrom('one_time_link').execute()
})
afterAll(() => backend.dispose())

test.each([
  ['sunshine1', true],
  ['Qwertyuiop', true],
  ['12345678', true],
  ['chatbox2026!', true],
  ['annlee-2026', true],
  ['Ann.Lee.99', true],
  ['Campus-Password', true],
  ['eeladoocoo', false],
  ['ann rides a horse', false],
  ['84017263', false],
  ['correct horse', false],
])('%s, of Ann Lee (@annlee): refused is %s', (password, isRefused) => {
  expect(refuseGuessed(password, { handle: 'annlee', name: 'Ann Lee' })?.code).toBe(
    isRefused ? 'password_guessed' : undefined,
  )
})

test('a password that is guessed among the first is refused, however one chooses it', async () => {
  const { accounts, join } = openAccounts(backend.store)
  const refused = { kind: 'refused', refusal: { code: 'password_guessed' } }
  const body = { handle: 'ann', name: 'Ann', password: 'sunshine1' }
  expect(await accounts.register(body, CALLER)).toMatchObject(refused)
  const ann = await join('ann')
  expect(await accounts.changePassword(ann, { current: PASSWORD, next: 'sunshine1' })).toMatchObject(refused)
  const actor = { id: ann.userId, via: 'app' } as const
  const token = String(await accounts.createResetToken(actor, ann.userId))
  expect(await accounts.resetPassword({ token, password: 'sunshine1' }, CALLER)).toMatchObject(refused)
  // The link holds still, and so does the password before.
  expect(await accounts.signIn({ handle: 'ann', password: PASSWORD }, CALLER)).toMatchObject({ kind: 'signed-in' })
  expect(await accounts.resetPassword({ token, password: 'battery staple' }, CALLER)).toMatchObject({
    kind: 'signed-in',
  })
})
