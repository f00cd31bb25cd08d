import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Mail } from '../../../server/accounts/mailer.ts'
import type { RegisterBody } from '../../../server/accounts/register.ts'
import { listAudit } from '../../../server/audit/list-audit.ts'
import type { SettingValues } from '../../../shared/operate/settings.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { createFixedSettings } from '../../support/settings.ts'
import { clearAccounts } from './clear-accounts.ts'
import { CALLER, openAccounts, PASSWORD } from './open-accounts.ts'

/* Who may make an account, as the operator chose. */

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterEach(async () => {
  await clearAccounts(backend.store)
  for (const table of ['invitation', 'one_time_link', 'email_code', 'email_address', 'standing'] as const) {
    await backend.store.db.deleteFrom(table).execute()
  }
})
afterAll(() => backend.dispose())

const ACTOR = { id: '01890a5d-ac96-774b-bcce-b302099a8057', via: 'app' } as const

function open(chosen: Partial<SettingValues>) {
  const mails: Mail[] = []
  let isDown = false
  const mailer = {
    async send(mail: Mail) {
      if (isDown) throw new Error('connection refused')
      mails.push(mail)
    },
    close: () => undefined,
  }
  const opened = openAccounts(backend.store, { settings: createFixedSettings(chosen), mailer })
  const register = async (handle: string, more: Partial<RegisterBody> = {}) => {
    const outcome = await opened.accounts.register({ handle, name: handle, password: PASSWORD, ...more }, CALLER)
    return outcome.kind === 'refused' ? outcome.refusal.code : outcome.kind
  }
  return {
    ...{ ...opened, register, mails },
    fall() {
      isDown = true
    },
    /** The code in the last mail. */
    lastCode: () => /\d{6}/.exec(mails.at(-1)?.text ?? '')?.[0] ?? '',
    invite: (uses = 1, endsAt: number | null = null) =>
      opened.accounts.createInvitation(ACTOR, { note: 'First term', uses, endsAt }),
  }
}

test.each([
  ['open', 'signed-in'],
  ['invitation', 'invitation_needed'],
  ['email', 'email_needed'],
  ['sso', 'registration_closed'],
  ['closed', 'registration_closed'],
] as const)('whoever comes with nothing, where it is %s: %s', async (registration, outcome) => {
  expect(await open({ registration }).register('ann')).toBe(outcome)
})

test('an invitation lets in as many as it has uses, and says in its list how many came', async () => {
  const { register, invite, accounts } = open({ registration: 'invitation' })
  const { token } = await invite(2)
  expect(await register('ann', { invitation: token })).toBe('signed-in')
  expect(await register('bob', { invitation: token })).toBe('signed-in')
  expect(await register('cid', { invitation: token })).toBe('invitation_invalid')
  expect(await accounts.listInvitations()).toEqual([
    expect.objectContaining({ note: 'First term', uses: 2, usesMax: 2, createdBy: ACTOR.id, withdrawnAt: null }),
  ])
})

test('the last use of an invitation, spent by many at once in two processes, lets one in', async () => {
  const { register, invite } = open({ registration: 'invitation' })
  const far = openAccounts(backend.openStore(), { settings: createFixedSettings({ registration: 'invitation' }) })
  const { token } = await invite()
  const outcomes = await Promise.all(
    ['ann', 'bob', 'cid', 'dan', 'eva', 'fay'].map(async (handle, index) => {
      if (index % 2 === 0) return register(handle, { invitation: token })
      const body = { handle, name: handle, password: PASSWORD, invitation: token }
      const outcome = await far.accounts.register(body, CALLER)
      return outcome.kind === 'refused' ? outcome.refusal.code : outcome.kind
    }),
  )
  expect(outcomes.filter((outcome) => outcome === 'signed-in')).toHaveLength(1)
  expect(outcomes.filter((outcome) => outcome === 'invitation_invalid')).toHaveLength(5)
  expect(await backend.store.db.selectFrom('user').select('id').execute()).toHaveLength(1)
})

test('one that has ended, was withdrawn or never was lets nobody in; a handle that is taken uses none up', async () => {
  const { register, invite, accounts, clock } = open({ registration: 'invitation' })
  const ended = await invite(5, clock.now() + 1_000)
  const withdrawn = await invite(5)
  const good = await invite(2)
  clock.advance(1_000)
  expect(await accounts.withdrawInvitation(ACTOR, withdrawn.id)).toBeUndefined()
  expect(await accounts.withdrawInvitation(ACTOR, withdrawn.id)).toMatchObject({ code: 'not_found' })
  for (const token of [ended.token, withdrawn.token, 'A'.repeat(43)]) {
    expect(await register('ann', { invitation: token })).toBe('invitation_invalid')
  }
  expect(await register('ann', { invitation: good.token })).toBe('signed-in')
  expect(await register('ann', { invitation: good.token })).toBe('handle_taken')
  expect(await register('bob', { invitation: good.token })).toBe('signed-in')
})

test('of an invitation only a hash is kept, and making and withdrawing one are acts', async () => {
  const { invite, accounts } = open({ registration: 'invitation' })
  const { id, token } = await invite()
  await accounts.withdrawInvitation(ACTOR, id)
  const { db } = backend.store
  const dump = JSON.stringify([
    await db.selectFrom('invitation').selectAll().execute(),
    await db.selectFrom('audit').selectAll().execute(),
  ])
  expect(dump).not.toContain(token)
  expect((await listAudit(db, null, 2)).map(({ act, subjectId }) => [act, subjectId])).toEqual([
    ['invitation.withdraw', id],
    ['invitation.create', id],
  ])
})

const EDU = { registration: 'email', registrationDomains: ['example.edu'] } as const satisfies Partial<SettingValues>

test('whoever reads mail at an address of the right domain makes an account, one with each', async () => {
  const { register, accounts, lastCode, mails } = open({ ...EDU })
  const address = 'ann@example.edu'
  expect(await accounts.sendEmailCode(address, CALLER)).toBeUndefined()
  expect(mails.map(({ to }) => to)).toEqual([address])
  const code = lastCode()
  expect(await register('ann', { email: { address, code } })).toBe('signed-in')
  expect(await register('bob', { email: { address, code } })).toBe('email_code')
  // The answer is the same, and the mail says that there is an account.
  expect(await accounts.sendEmailCode(address, CALLER)).toBeUndefined()
  expect(mails.at(-1)?.text).toContain('@ann')
  expect(lastCode()).toBe('')
})

test.each([
  'ann@evil-example.edu',
  'ann@example.edu.evil.org',
  'ann@sub.example.edu',
  'ann@example.edu@evil.org',
  'ann@evil.org',
])('an address of another domain gets no code and lets nobody in: %s', async (address) => {
  const { register, accounts, mails } = open({ ...EDU })
  expect(await accounts.sendEmailCode(address, CALLER)).toMatchObject({ refusal: { code: 'email_domain' } })
  expect(await register('ann', { email: { address, code: '123456' } })).toBe('email_domain')
  expect(mails).toEqual([])
})

test('a code is wrong, too old, or guessed five times: then it lets nobody in, and another one does', async () => {
  const { register, accounts, lastCode, clock } = open({ ...EDU })
  const address = 'ann@example.edu'
  const come = (code: string) => register('ann', { email: { address, code } })
  await accounts.sendEmailCode(address, CALLER)
  const old = lastCode()
  clock.advance(15 * 60_000)
  expect(await come(old)).toBe('email_code')
  await accounts.sendEmailCode(address, CALLER)
  const guessed = lastCode()
  for (let tries = 0; tries < 5; tries += 1) {
    expect(await come(guessed === '000000' ? '000001' : '000000')).toBe('email_code')
  }
  expect(await come(guessed)).toBe('email_code')
  await accounts.sendEmailCode(address, CALLER)
  expect(await come(lastCode())).toBe('signed-in')
})

test('a handle that is taken uses no code up', async () => {
  const { register, accounts, lastCode } = open({ ...EDU })
  await accounts.sendEmailCode('ann@example.edu', CALLER)
  await register('ann', { email: { address: 'ann@example.edu', code: lastCode() } })
  await accounts.sendEmailCode('bob@example.edu', CALLER)
  const email = { address: 'bob@example.edu', code: lastCode() }
  expect(await register('ann', { email })).toBe('handle_taken')
  expect(await register('bob', { email })).toBe('signed-in')
})

test('no code leaves where mail cannot be sent, and none too often to one address', async () => {
  const { accounts, fall, mails } = open({ ...EDU })
  const limits: unknown[] = []
  for (let tries = 0; tries < 6; tries += 1) limits.push(await accounts.sendEmailCode('ann@example.edu', CALLER))
  expect(limits.at(-1)).toMatchObject({ kind: 'limited' })
  expect(mails).toHaveLength(5)
  fall()
  expect(await accounts.sendEmailCode('bob@example.edu', CALLER)).toMatchObject({
    refusal: { code: 'mail_unavailable' },
  })
  expect(await backend.store.db.selectFrom('email_code').select('address').execute()).toHaveLength(1)
})

test('nobody learns from the first screen more than how one may come in', async () => {
  const { accounts } = open({ ...EDU, contact: 'room 12' })
  expect(accounts.getRegistration()).toEqual({
    ...{ mode: 'email', domains: ['example.edu'], contact: 'room 12', canReset: true },
  })
  expect(open({ registration: 'closed', registrationDomains: ['example.edu'] }).accounts.getRegistration()).toEqual({
    ...{ mode: 'closed', domains: [], contact: '', canReset: true },
  })
})

const findRole = async (handle: string) => {
  const found = await backend.store.db
    .selectFrom('standing')
    .innerJoin('user', 'user.id', 'standing.user_id')
    .select('role')
    .where('handle', '=', handle)
    .executeTakeFirst()
  return found?.role
}

test('whoever opens the link that the server printed operates it, though nobody else gets in; and nobody after them', async () => {
  const { register, accounts } = open({ registration: 'closed' })
  const claim = (await accounts.createClaimToken()) ?? ''
  const other = (await accounts.createClaimToken()) ?? ''
  expect(await register('ann', { claim })).toBe('signed-in')
  expect(await findRole('ann')).toBe('operator')
  expect(await register('bob', { claim })).toBe('link_invalid')
  expect(await register('bob', { claim: other })).toBe('link_invalid')
  expect(await accounts.createClaimToken()).toBeUndefined()
})

test('the link holds for an hour, and again when a handle was taken', async () => {
  const { register, accounts, clock } = open({})
  await register('ann')
  const claim = (await accounts.createClaimToken()) ?? ''
  expect(await register('ann', { claim })).toBe('handle_taken')
  clock.advance(60 * 60_000)
  expect(await register('bob', { claim })).toBe('link_invalid')
  const fresh = (await accounts.createClaimToken()) ?? ''
  expect(await register('bob', { claim: fresh })).toBe('signed-in')
  expect(await findRole('bob')).toBe('operator')
})

test('whoever has an account already claims it as they are; of two at once, one', async () => {
  const { accounts, join } = open({})
  const [ann, bob] = [await join('ann'), await join('bob')]
  const claim = (await accounts.createClaimToken()) ?? ''
  const outcomes = await Promise.all([ann, bob].map(({ userId }) => accounts.claim(userId, claim)))
  expect(outcomes.map((refused) => refused?.code).sort()).toEqual(['link_invalid', undefined])
  expect([await findRole('ann'), await findRole('bob')].filter((role) => role === 'operator')).toHaveLength(1)
})
