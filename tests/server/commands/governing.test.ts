import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findBrokenAudit } from '../../../server/audit/find-broken-audit.ts'
import { listAudit } from '../../../server/audit/list-audit.ts'
import { SERVER_ID } from '../../../server/commands/roles.ts'
import type { CampusCommand } from '../../../server/campus/command.ts'
import { EVERYONE_ID, type Role } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, edit, pin, react, remove, send } from '../../support/campus.ts'
import { createDevice } from '../../support/device.ts'

/* What operators and moderators do, and what everybody else may not. */

let backend: Backend
let campus: Campus
let operator: string
let moderator: string
let member: string
let leader: string
let group: string
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store })
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  const { db } = backend.store
  await db.deleteFrom('standing').execute()
  await db.deleteFrom('audit').execute()
  await db.updateTable('conversation').set({ posting: null, slow_seconds: 0 }).execute()
  operator = await campus.register('Olga')
  moderator = await campus.register('Mo')
  member = await campus.register('Mia')
  leader = await campus.register('Lee')
  group = await campus.group(leader, member)
  await campus.accept(SERVER_ID, role(operator, 'operator'))
  await campus.accept(operator, role(moderator, 'moderator'))
})

const role = (userId: string, as: Role): CampusCommand => ({ type: 'role.set', id: uuidv7(), userId, role: as })
const suspend = (userId: string, reason: string | null = 'Spam'): CampusCommand => ({
  ...{ type: 'suspension.set', id: uuidv7(), userId, reason },
})
const takeAway = (messageId: string, conversationId = group): CampusCommand => ({
  ...{ type: 'message.take-away', id: uuidv7(), conversationId, messageId, reason: 'An insult' },
})
type Posting = 'everybody' | 'leaders' | 'moderators'
const govern = (posting: Posting, conversationId = group, slowSeconds = 0): CampusCommand => ({
  ...{ type: 'conversation.govern', id: uuidv7(), conversationId, posting, slowSeconds },
})
const listActs = async () => (await listAudit(backend.store.db, null, 100)).map(({ act }) => act).reverse()
const findStanding = (userId: string) =>
  backend.store.db.selectFrom('standing').selectAll().where('user_id', '=', userId).executeTakeFirst()
const findMessage = (id: string) =>
  backend.store.db.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

test('an operator makes others moderators and operators, and members again; each is a row of the audit log', async () => {
  await campus.accept(operator, role(member, 'operator'))
  await campus.accept(member, role(operator, 'member'))
  expect(await findStanding(operator)).toMatchObject({ role: 'member' })
  const [last] = await listAudit(backend.store.db, null, 1)
  expect(last).toMatchObject({
    ...{ actorId: member, via: 'app', act: 'role.change', subjectKind: 'person', subjectId: operator },
    detail: { before: 'operator', after: 'member' },
  })
  expect(await findBrokenAudit(backend.store.db)).toBeUndefined()
})

test('whoever sits at the server makes the first operator, and is no person in the audit log', async () => {
  const [first] = (await listAudit(backend.store.db, null, 100)).reverse()
  expect(first).toMatchObject({ actorId: null, via: 'command-line', act: 'role.change', subjectId: operator })
})

const refusedRoles: [string, () => [string, CampusCommand], string][] = [
  ['by a member', () => [member, role(leader, 'moderator')], 'forbidden'],
  ['by a member to themselves', () => [member, role(member, 'operator')], 'forbidden'],
  ['by a moderator', () => [moderator, role(member, 'moderator')], 'forbidden'],
  ['to oneself', () => [operator, role(operator, 'member')], 'not_yourself'],
  ['to nobody', () => [operator, role(uuidv7(), 'moderator')], 'not_found'],
  ['that leaves nobody to operate', () => [SERVER_ID, role(operator, 'member')], 'last_operator'],
]
test.each(refusedRoles)('a role is not given %s', async (_, give, code) => {
  const before = await listActs()
  expect(await campus.codeOf(...give())).toBe(code)
  expect(await listActs()).toEqual(before)
})

test('two operators who take the role from each other at once leave one', async () => {
  await campus.accept(operator, role(member, 'operator'))
  const codes = await Promise.all([
    campus.codeOf(operator, role(member, 'member')),
    campus.codeOf(member, role(operator, 'member')),
  ])
  expect(codes.sort()).toEqual(['accepted', 'forbidden'])
})

test('who is suspended has the reason in their own row, writes nothing, and keeps what they wrote', async () => {
  const message = send(group, 'Buy this')
  await campus.accept(member, message)
  await campus.accept(moderator, suspend(member, 'Spam in three groups'))
  expect(await campus.codeOf(member, send(group, 'And this'))).toBe('suspended')
  expect((await findMessage(message.id)).text).toBe('Buy this')
  const device = createDevice(backend.store, member)
  await device.pullAll()
  const standing = [...device.rows.values()].find(({ type }) => type === 'standing')
  expect(standing).toMatchObject({ role: 'member', suspended: { reason: 'Spam in three groups' } })
  const other = createDevice(backend.store, leader)
  await other.pullAll()
  expect([...other.rows.values()].filter(({ type }) => type === 'standing')).toEqual([])
  await campus.accept(moderator, suspend(member, null))
  expect(await campus.codeOf(member, send(group, 'Sorry'))).toBe('accepted')
  expect((await listActs()).slice(-2)).toEqual(['person.suspend', 'person.restore'])
})

const refusedSuspensions: [string, () => [string, CampusCommand], string][] = [
  ['a member', () => [member, suspend(leader)], 'forbidden'],
  ['a moderator another one', () => [moderator, suspend(operator)], 'forbidden'],
  ['anybody themselves', () => [operator, suspend(operator)], 'not_yourself'],
  ['anybody nobody', () => [operator, suspend(uuidv7())], 'not_found'],
  ['the server the last operator', () => [SERVER_ID, suspend(operator)], 'last_operator'],
]
test.each(refusedSuspensions)('nobody is suspended by whom it is not up to: %s', async (_, give, code) => {
  const before = await listActs()
  expect(await campus.codeOf(...give())).toBe(code)
  expect(await listActs()).toEqual(before)
})

test('a moderator who is suspended moderates nothing', async () => {
  await campus.accept(operator, suspend(moderator))
  const message = send(group, 'Hello')
  await campus.accept(member, message)
  expect(await campus.codeOf(moderator, takeAway(message.id))).toBe('forbidden')
})

test('a moderator takes a message away where they are not a member: its text is gone in every version, and it says so', async () => {
  const message = send(group, 'You fool')
  await campus.accept(member, message)
  await campus.accept(member, edit(group, message.id, 'You great fool'))
  await campus.accept(leader, react(group, message.id))
  await campus.accept(moderator, takeAway(message.id))
  expect(await findMessage(message.id)).toMatchObject({ text: null, taken_away: 1, edits: 0 })
  const { db } = backend.store
  const left = await db.selectFrom('annotation').select('body').where('message_id', '=', message.id).execute()
  expect(JSON.stringify(left)).not.toContain('fool')
  const [act] = await listAudit(db, null, 1)
  expect(act).toMatchObject({ act: 'message.take-away', detail: { authorId: member, reason: 'An insult' } })
  expect(JSON.stringify(act)).not.toContain('fool')
  const device = createDevice(backend.store, leader)
  await device.pullAll()
  expect(device.messages(group).at(-1)).toMatchObject({ text: null, takenAway: true })
})

test('what its author deleted is not taken away any more, and nobody but moderators takes away', async () => {
  const [deleted, kept] = [send(group, 'Mine'), send(group, 'Yours')]
  await campus.accept(member, deleted, kept)
  await campus.accept(member, remove(group, deleted.id))
  const before = await listActs()
  expect(await campus.codeOf(moderator, takeAway(deleted.id))).toBe('accepted')
  expect(await findMessage(deleted.id)).toMatchObject({ taken_away: 0 })
  expect(await campus.codeOf(leader, takeAway(kept.id))).toBe('forbidden')
  expect(await campus.codeOf(moderator, takeAway(uuidv7()))).toBe('not_found')
  expect(await campus.codeOf(moderator, takeAway(kept.id, EVERYONE_ID))).toBe('not_found')
  expect(await listActs()).toEqual(before)
})

test('where only leaders write, the others read, react and are told why', async () => {
  await campus.accept(leader, govern('leaders'))
  expect(await campus.codeOf(member, send(group, 'May I?'))).toBe('posting_closed')
  const message = send(group, 'Quiet, please')
  await campus.accept(leader, message)
  await campus.accept(member, react(group, message.id))
  await campus.accept(leader, govern('everybody'))
  expect(await campus.codeOf(member, send(group, 'Thanks'))).toBe('accepted')
  const device = createDevice(backend.store, member)
  await device.pullAll()
  const events = [...device.rows.values()].filter((row) => row.type === 'event').map(({ change }) => change)
  expect(events).toContainEqual({ kind: 'governed', posting: 'leaders', slowSeconds: 0 })
})

test('only moderators write to Everyone, and pin there, where that is so', async () => {
  await campus.accept(moderator, govern('moderators', EVERYONE_ID))
  expect(await campus.codeOf(member, send(EVERYONE_ID, 'Party!'))).toBe('posting_closed')
  const message = send(EVERYONE_ID, 'The library is closed')
  await campus.accept(moderator, message)
  expect(await campus.codeOf(member, pin(EVERYONE_ID, message.id))).toBe('forbidden')
  await campus.accept(moderator, pin(EVERYONE_ID, message.id))
  expect((await findMessage(message.id)).pinned_by).toBe(moderator)
  expect((await listActs()).at(-1)).toBe('conversation.govern')
})

const refusedGoverning: [string, () => [string, CampusCommand], string][] = [
  ['by a member of a group', () => [member, govern('leaders')], 'only_creator'],
  ['by a stranger to it', () => [operator, govern('leaders', uuidv7())], 'not_found'],
  ['of Everyone by a member', () => [member, govern('moderators', EVERYONE_ID)], 'forbidden'],
  ['of Everyone for leaders', () => [moderator, govern('leaders', EVERYONE_ID)], 'bad_request'],
  ['by a leader for moderators alone', () => [leader, govern('moderators')], 'forbidden'],
]
test.each(refusedGoverning)('who may write is not decided %s', async (_, give, code) => {
  expect(await campus.codeOf(...give())).toBe(code)
})

test('what moderators reserved to themselves its leader does not open again', async () => {
  await campus.accept(moderator, govern('moderators'))
  expect(await campus.codeOf(leader, govern('everybody'))).toBe('forbidden')
  expect(await campus.codeOf(leader, send(group, 'But I lead here'))).toBe('posting_closed')
})

test('a direct conversation is governed by nobody', async () => {
  const direct = await campus.direct(member, leader)
  expect(await campus.codeOf(moderator, govern('moderators', direct))).toBe('forbidden')
})
