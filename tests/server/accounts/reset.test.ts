import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Mail } from '../../../server/accounts/mailer.ts'
import { listAudit } from '../../../server/audit/list-audit.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { clearAccounts } from './clear-accounts.ts'
import { CALLER, openAccounts, PASSWORD } from './open-accounts.ts'

/* Signing in again after a password was forgotten. */

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterEach(async () => {
  await clearAccounts(backend.store)
  for (const table of ['one_time_link', 'email_address', 'standing'] as const) {
    await backend.store.db.deleteFrom(table).execute()
  }
})
afterAll(() => backend.dispose())

const ACTOR = { id: '01890a5d-ac96-774b-bcce-b302099a8057', via: 'app' } as const
const NEXT = 'battery staple'

function open() {
  const mails: Mail[] = []
  const mailer = { send: async (mail: Mail) => void mails.push(mail), close: () => undefined }
  return { ...openAccounts(backend.store, { mailer }), mails }
}

async function createToken(accounts: ReturnType<typeof open>['accounts'], userId: string): Promise<string> {
  const token = await accounts.createResetToken(ACTOR, userId)
  if (typeof token !== 'string') throw new Error(token.message)
  return token
}

test('an operator’s link gives another password once: whoever was signed in is out, and whoever asks is in', async () => {
  const { accounts, join, enter, ended } = open()
  const ann = await join('ann')
  const token = await createToken(accounts, ann.userId)
  const outcome = await accounts.resetPassword({ token, password: NEXT }, CALLER)
  expect(outcome).toMatchObject({ kind: 'signed-in', me: { user: { id: ann.userId } } })
  expect(ended).toEqual([ann.sessionId])
  expect(await accounts.findSession(ann.cookie)).toBeUndefined()
  expect(await accounts.signIn({ handle: 'ann', password: PASSWORD }, CALLER)).toMatchObject({ kind: 'refused' })
  expect(await enter('ann', NEXT)).toMatchObject({ userId: ann.userId })
  expect(await accounts.resetPassword({ token, password: PASSWORD }, CALLER)).toMatchObject({
    refusal: { code: 'link_invalid' },
  })
})

test('a link holds for a day, and not beside one that was used', async () => {
  const { accounts, join, clock } = open()
  const { userId } = await join('ann')
  const [first, second] = [await createToken(accounts, userId), await createToken(accounts, userId)]
  await accounts.resetPassword({ token: first, password: NEXT }, CALLER)
  const again = await accounts.resetPassword({ token: second, password: PASSWORD }, CALLER)
  expect(again).toMatchObject({ refusal: { code: 'link_invalid' } })
  const old = await createToken(accounts, userId)
  clock.advance(24 * 60 * 60_000)
  expect(await accounts.resetPassword({ token: old, password: PASSWORD }, CALLER)).toMatchObject({
    refusal: { code: 'link_invalid' },
  })
})

test('of two who use it at once one does; a link to operate is none; and only its hash is kept', async () => {
  const { accounts, join } = open()
  const { userId } = await join('ann')
  const token = await createToken(accounts, userId)
  const claim = (await accounts.createClaimToken()) ?? ''
  expect(await accounts.resetPassword({ token: claim, password: NEXT }, CALLER)).toMatchObject({
    refusal: { code: 'link_invalid' },
  })
  expect(JSON.stringify(await backend.store.db.selectFrom('one_time_link').selectAll().execute())).not.toContain(token)
  const outcomes = await Promise.all(
    [NEXT, 'another one'].map((password) => accounts.resetPassword({ token, password }, CALLER)),
  )
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['refused', 'signed-in'])
})

test('a link is an act of whoever made it, and of nobody there is none', async () => {
  const { accounts, join } = open()
  const { userId } = await join('ann')
  await createToken(accounts, userId)
  const [act] = await listAudit(backend.store.db, null, 1)
  expect(act).toMatchObject({ act: 'person.reset-link', actorId: ACTOR.id, subjectId: userId, detail: {} })
  expect(await accounts.createResetToken(ACTOR, ACTOR.id)).toMatchObject({ code: 'not_found' })
})

test('a link is mailed to who has an address, by handle or address; the answer is the same for everybody', async () => {
  const { accounts, join, mails } = open()
  const ann = await join('ann')
  await join('bob')
  const confirmed = { user_id: ann.userId, address: 'ann@example.edu', confirmed_at: 1 }
  await backend.store.db.insertInto('email_address').values(confirmed).execute()
  for (const text of ['ann', ' Ann@Example.edu ', 'bob', 'nobody', 'nobody@example.edu', '\u0000']) {
    expect(await accounts.sendResetLink(text, CALLER)).toBeUndefined()
  }
  await vi.waitFor(() => expect(mails).toHaveLength(2))
  expect(mails.map(({ to }) => to)).toEqual(['ann@example.edu', 'ann@example.edu'])
  const [, token = ''] = /#reset=([\w-]{43})/.exec(mails[0]?.text ?? '') ?? []
  expect(mails[0]?.text).toContain('https://chat.example.edu/#reset=')
  expect(await accounts.resetPassword({ token, password: NEXT }, CALLER)).toMatchObject({ kind: 'signed-in' })
})

test('where no mail is sent it is said so; and nobody’s mailbox is filled', async () => {
  const without = openAccounts(backend.store)
  expect(await without.accounts.sendResetLink('ann', CALLER)).toMatchObject({ code: 'mail_unavailable' })
  const { accounts } = open()
  const outcomes = []
  for (let tries = 0; tries < 6; tries += 1) outcomes.push(await accounts.sendResetLink('ann', CALLER))
  expect(outcomes.at(-1)).toMatchObject({ kind: 'limited' })
})
