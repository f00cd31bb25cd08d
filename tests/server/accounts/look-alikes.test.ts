import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { fillLikeness } from '../../../server/campus/fill-likeness.ts'
import { isReserved } from '../../../server/commands/reserved-handles.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { clearAccounts } from './clear-accounts.ts'
import { CALLER, openAccounts, PASSWORD } from './open-accounts.ts'

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterEach(() => clearAccounts(backend.store))
afterAll(() => backend.dispose())

/** Whether somebody can register beside Paul Ilić, @paul.ilic, and how it is refused. */
async function registerBesidePaul(handle: string, name: string): Promise<string> {
  const { accounts } = openAccounts(backend.store)
  await accounts.register({ handle: 'paul.ilic', name: 'Paul Ilić', password: PASSWORD }, CALLER)
  const outcome = await accounts.register({ handle, name, password: PASSWORD }, CALLER)
  return outcome.kind === 'refused' ? outcome.refusal.message : outcome.kind
}

test.each([
  ['a letter of another script', 'Pаul Ilić'],
  ['a capital that looks like a small letter', 'PauI Ilić'],
  ['a digit', 'Pau1 Ilić'],
  ['a bar', 'Pau| Ilić'],
  ['the accent as a sign of its own and a joiner', 'Paul\u200d Ili\u0107'],
  ['a filler that is not seen', 'Paul \u3164Ilić'],
  ['full width', 'Ｐａｕｌ Ilić'],
  ['mathematical letters', '𝗣𝗮𝘂𝗹 Ilić'],
  ['the handle of somebody in other letters', 'рaul.ilic'],
])('a name that only looks like a registered one is refused: %s', async (_, name) => {
  expect(await registerBesidePaul('other', name)).toMatch(/looks like that of somebody else/)
})

test.each([
  ['the very same, for there are two of them', 'Paul Ilić'],
  ['the same in capitals', 'PAUL ILIĆ'],
  ['the same with the accent as a sign of its own', 'Paul Ilic\u0301'],
  ['the same with other spaces and signs', 'Paul-Ilić'],
  ['another one without the accent', 'Paul Ilic'],
  ['another one', 'Paula Ilić'],
  ['one in another script', 'Павле Илић'],
])('another name is taken: %s', async (_, name) => {
  expect(await registerBesidePaul('other', name)).toBe('signed-in')
})

test.each(['pau1.ilic', 'paul.i1ic', 'pau1-ilic'])(
  'a handle that looks like a registered one is refused: %s',
  async (handle) => {
    expect(await registerBesidePaul(handle, 'Somebody')).toBe(
      'This handle looks like that of somebody else. Choose another one.',
    )
  },
)

test('a name can be changed to no other that only looks like a registered one, but to one as before', async () => {
  const { accounts, campus, join } = openAccounts(backend.store)
  await accounts.register({ handle: 'paul', name: 'Paul', password: PASSWORD }, CALLER)
  const { userId } = await join('ben')
  const rename = (name: string) => campus.codeOf(userId, { type: 'profile.rename', id: uuidv7(), name })
  expect(await rename('Pаul')).toBe('forbidden')
  expect(await rename('Bеn')).toBe('accepted')
  expect(await rename('Paul')).toBe('accepted')
})

test('who came before names were compared is compared with too', async () => {
  const { accounts } = openAccounts(backend.store)
  await accounts.register({ handle: 'paul', name: 'Paul', password: PASSWORD }, CALLER)
  await backend.store.db.deleteFrom('likeness').execute()
  await fillLikeness(backend.store)
  expect(await accounts.register({ handle: 'pau1', name: 'Somebody', password: PASSWORD }, CALLER)).toMatchObject({
    refusal: { code: 'handle_taken' },
  })
})

test.each(['everyone', 'all', 'admin', 'system', 'chat.box', 'ad-min'])(
  'the word of the app %s is no handle',
  async (handle) => {
    expect(isReserved(handle)).toBe(true)
    expect(await registerBesidePaul(handle, 'Somebody')).toBe('ChatBox uses this word itself. Choose another handle.')
  },
)

test.each(['allison', 'adminton', 'here.today', 'meyer'])('%s is a handle like any', async (handle) => {
  expect(await registerBesidePaul(handle, 'Somebody')).toBe('signed-in')
})
