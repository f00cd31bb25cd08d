import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { GROUP_MEMBERS_MAX } from '../../../shared/protocol/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { BASELINE, toText } from '../files/example-pictures.ts'
import {
  addMembers,
  type Campus,
  createCampus,
  createDirect,
  createGroup,
  edit,
  handOver,
  leaveGroup,
  pullCampus,
  read,
  registerUser,
  remove,
  removeMember,
  renameGroup,
  describeGroup,
  setGroupPicture,
  renameProfile,
  send,
} from '../../support/campus.ts'

const NOW = 1_800_000_000_000
let now = NOW
let backend: Backend
let campus: Campus
let ann: string
let ben: string
let cid: string
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store, now: () => now })
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  now = NOW
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
  cid = await campus.register('Cid')
})

const findConversation = (id: string) =>
  campus.store.db.selectFrom('conversation').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const findMessage = (id: string) =>
  campus.store.db.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const findReading = async (userId: string, conversationId: string) => {
  const { db } = campus.store
  const found = await db
    .selectFrom('reading')
    .select('n')
    .where('user_id', '=', userId)
    .where('conversation_id', '=', conversationId)
    .executeTakeFirst()
  return found?.n
}
const listMembers = async (id: string) => {
  const { db } = campus.store
  const members = await db.selectFrom('member').selectAll().where('conversation_id', '=', id).orderBy('since').execute()
  return members.filter((member) => member.removed === 0).map((member) => member.user_id)
}
/** What was published since, as type and whom it is about. */
const tell = (from: number) => campus.published.slice(from).flatMap((batch) => batch.rows.map(({ row }) => row.type))

test('a message keeps when it was written and says when it was taken', async () => {
  const message = send(EVERYONE_ID, 'Hello', { writtenAt: NOW - 60_000 })
  await campus.accept(ann, message)
  expect(await findMessage(message.id)).toMatchObject({
    written_at: NOW - 60_000,
    sent_at: NOW,
    edited_at: null,
    author_id: ann,
  })
})
test('a message from the future is taken as written now', async () => {
  const message = send(EVERYONE_ID, 'Hello', { writtenAt: NOW + 60_000 })
  await campus.accept(ann, message)
  expect(await findMessage(message.id)).toMatchObject({ written_at: NOW, sent_at: NOW })
})
test('an edit changes the text and says when; the place stays', async () => {
  const group = await campus.group(ann)
  const message = send(group)
  await campus.accept(ann, message)
  now += 5_000
  await campus.accept(ann, edit(group, message.id, 'Better'))
  expect(await findMessage(message.id)).toMatchObject({ n: 1, text: 'Better', sent_at: NOW, edited_at: NOW + 5_000 })
})
test('an edit to the same text changes nothing', async () => {
  const message = send()
  await campus.accept(ann, message)
  const { length } = campus.published
  await campus.accept(ann, edit(EVERYONE_ID, message.id, message.text))
  expect(tell(length)).toEqual([])
})
test('a deleted message holds no text in the database any more', async () => {
  const message = send()
  await campus.accept(ann, message, edit(EVERYONE_ID, message.id), remove(EVERYONE_ID, message.id))
  expect(await findMessage(message.id)).toMatchObject({ text: null, edited_at: null })
})
test('who sends has read their own words', async () => {
  const group = await campus.group(ann, ben)
  await campus.accept(ben, send(group), send(group))
  expect(await findReading(ben, group)).toBe(2)
})
test('who sends has not read what others wrote above it, perhaps unseen', async () => {
  const group = await campus.group(ann, ben)
  await campus.accept(ben, send(group), send(group))
  await campus.accept(ann, read(group, 1), send(group))
  expect(await findReading(ann, group)).toBe(1)
})
test('who joins a group begins at its end', async () => {
  const group = await campus.group(ann)
  await campus.accept(ann, send(group), send(group), addMembers(group, ben))
  expect(await findReading(ben, group)).toBe(2)
})
test('who registers begins at the end of Everyone', async () => {
  await campus.accept(ann, send(EVERYONE_ID))
  const newcomer = await campus.register()
  expect(await findReading(newcomer, EVERYONE_ID)).toBe((await findReading(ann, EVERYONE_ID)) ?? 0)
})
test('a read position moves forward, never back', async () => {
  const group = await campus.group(ann, ben)
  await campus.accept(ann, send(group), send(group), send(group))
  await campus.accept(ben, read(group, 2))
  await campus.accept(ben, read(group, 1))
  expect(await findReading(ben, group)).toBe(2)
  await campus.accept(ben, read(group, 3), read(group, 1))
  expect(await findReading(ben, group)).toBe(3)
})
test('a read position never stands beyond the newest message', async () => {
  const group = await campus.group(ann, ben)
  await campus.accept(ann, send(group))
  await campus.accept(ben, read(group, Number.MAX_SAFE_INTEGER))
  expect(await findReading(ben, group)).toBe(1)
})
test('reading a conversation without messages writes nothing', async () => {
  const group = await campus.group(ann, ben)
  await campus.accept(ben, read(group, 5))
  expect(await findReading(ben, group)).toBeUndefined()
})

test('a direct conversation begun by both at once is one, with both in it', async () => {
  await Promise.all([campus.accept(ann, createDirect(ann, ben)), campus.accept(ben, createDirect(ben, ann))])
  const { conversationId } = createDirect(ann, ben)
  expect((await listMembers(conversationId)).sort()).toEqual([ann, ben].sort())
  expect(await findConversation(conversationId)).toMatchObject({ kind: 'direct', title: null, creator_id: null })
})
test('a direct conversation begun again changes nothing', async () => {
  await campus.direct(ann, ben)
  const { length } = campus.published
  await campus.direct(ben, ann)
  await campus.direct(ann, ben)
  expect(tell(length)).toEqual([])
})
test('a new group is led by whoever began it, and everybody named is in it once', async () => {
  const command = createGroup([ben, ben, ann, cid], { title: 'Physics' })
  await campus.accept(ann, command)
  expect(await findConversation(command.conversationId)).toMatchObject({
    kind: 'group',
    title: 'Physics',
    creator_id: ann,
  })
  expect(await listMembers(command.conversationId)).toEqual([ann, ben, cid])
})
test('a group holds as many as its limit, and not one more', async () => {
  const people = Array.from({ length: GROUP_MEMBERS_MAX - 1 }, () => uuidv7())
  await campus.accept(ann, ...people.map((id) => registerUser(id, 'One of many')))
  const group = await campus.group(ann, ...people)
  expect(await listMembers(group)).toHaveLength(GROUP_MEMBERS_MAX)
  expect(await campus.codeOf(ann, addMembers(group, ben))).toBe('group_full')
  expect(await campus.codeOf(ann, addMembers(group, people[0] ?? ''))).toBe('accepted')
  await campus.accept(ann, removeMember(group, people[0] ?? ''))
  expect(await campus.codeOf(ann, addMembers(group, ben))).toBe('accepted')
})
test('adding two at once beyond the limit adds neither', async () => {
  const people = Array.from({ length: GROUP_MEMBERS_MAX - 2 }, () => uuidv7())
  await campus.accept(ann, ...people.map((id) => registerUser(id, 'One of many')))
  const group = await campus.group(ann, ...people)
  expect(await campus.codeOf(ann, addMembers(group, ben, cid))).toBe('group_full')
  expect(await listMembers(group)).toHaveLength(GROUP_MEMBERS_MAX - 1)
})
test('adding a member who is there begins no new membership', async () => {
  const group = await campus.group(ann, ben)
  const { length } = campus.published
  await campus.accept(ann, addMembers(group, ben, ben))
  expect(tell(length)).toEqual([])
})
test('a group has a picture and a description until they are taken away, and each change is told', async () => {
  const group = await campus.group(ann, ben)
  const { length } = campus.published
  const picture = setGroupPicture(group, toText(BASELINE))
  await campus.accept(ann, picture, describeGroup(group, 'Films'), describeGroup(group, 'Films'))
  expect(await findConversation(group)).toMatchObject({ picture_id: picture.id, description: 'Films' })
  await campus.accept(ann, renameGroup(group, 'Cinema'), send(group))
  expect(await findConversation(group)).toMatchObject({ picture_id: picture.id, description: 'Films' })
  await campus.accept(ann, setGroupPicture(group, null), describeGroup(group, ''))
  expect(await findConversation(group)).toMatchObject({ picture_id: null, description: null, title: 'Cinema' })
  const changes = campus.published
    .slice(length)
    .flatMap(({ rows }) => rows.flatMap(({ row }) => (row.type === 'event' ? [row.change] : [])))
  expect(changes).toEqual([
    { kind: 'picture', isSet: true },
    { kind: 'description', isSet: true },
    { kind: 'renamed', title: 'Cinema' },
    { kind: 'picture', isSet: false },
    { kind: 'description', isSet: false },
  ])
})
test('whoever is put out of a group learns by whom and when, also later; who leaves has done it themselves', async () => {
  const group = await campus.group(ann, ben, cid)
  const cursor = await campus.head()
  now += 5_000
  await campus.accept(ann, removeMember(group, ben))
  await campus.accept(cid, leaveGroup(group))
  const tombstoneOf = async (userId: string) => {
    const outcome = await pullCampus(campus.store, userId, { cursor })
    return outcome.kind === 'page' ? outcome.page.rows.filter((row) => row.type === 'member') : []
  }
  expect(await tombstoneOf(ben)).toMatchObject([{ userId: ben, removed: true, removedBy: ann, removedAt: now }])
  expect(await tombstoneOf(cid)).toMatchObject([{ userId: cid, removed: true, removedBy: cid, removedAt: now }])
  const eve = await campus.register('Eve')
  expect(await tombstoneOf(eve)).toEqual([])
})
test('a removal that is offered again after a backup says who did it, and not when', async () => {
  const group = await campus.group(ann, ben)
  const cursor = await campus.head()
  await campus.accept(ann, { ...removeMember(group, ben), again: true })
  const outcome = await pullCampus(campus.store, ben, { cursor })
  const [tombstone] = outcome.kind === 'page' ? outcome.page.rows : []
  expect(tombstone).toMatchObject({ type: 'member', removed: true, removedBy: ann })
  expect(tombstone).not.toHaveProperty('removedAt')
})
test('who was removed and is added again begins a new membership', async () => {
  const group = await campus.group(ann, ben, cid)
  await campus.accept(ann, removeMember(group, ben), addMembers(group, ben))
  expect(await listMembers(group)).toEqual([ann, cid, ben])
})
test('who is removed cannot do what a later command of the same batch asks', async () => {
  const group = await campus.group(ann, ben)
  const [, sent] = await Promise.all([campus.accept(ann, removeMember(group, ben)), campus.codeOf(ben, send(group))])
  expect(sent).toBe('not_a_member')
})
test('who is added can do what a later command of the same batch asks', async () => {
  const group = await campus.group(ann)
  const [, sent] = await Promise.all([campus.accept(ann, addMembers(group, ben)), campus.codeOf(ben, send(group))])
  expect(sent).toBe('accepted')
})
test('whoever leads and leaves hands the group to the longest-standing member', async () => {
  const group = await campus.group(ann, cid, ben)
  await campus.accept(ann, leaveGroup(group))
  expect(await findConversation(group)).toMatchObject({ creator_id: cid })
})
test('standing counts from the present membership, not from an earlier one', async () => {
  const group = await campus.group(ann, cid, ben)
  await campus.accept(ann, removeMember(group, cid), addMembers(group, cid))
  await campus.accept(ann, leaveGroup(group))
  expect(await findConversation(group)).toMatchObject({ creator_id: ben })
})
test('in one batch, whoever was added first stands longest', async () => {
  const command = createGroup([])
  await campus.accept(
    ann,
    command,
    addMembers(command.conversationId, cid),
    addMembers(command.conversationId, ben),
    leaveGroup(command.conversationId),
  )
  expect(await findConversation(command.conversationId)).toMatchObject({ creator_id: cid })
})
test('a member who leaves changes nothing for the one who leads', async () => {
  const group = await campus.group(ann, ben)
  const { length } = campus.published
  await campus.accept(ben, leaveGroup(group))
  expect(tell(length)).toEqual(['member', 'event'])
  expect(await findConversation(group)).toMatchObject({ creator_id: ann })
})
test('the last member leaves an empty group, which nobody can enter any more', async () => {
  const group = await campus.group(ann, ben)
  await campus.accept(ben, leaveGroup(group))
  await campus.accept(ann, leaveGroup(group))
  expect(await listMembers(group)).toEqual([])
  expect(await campus.codeOf(ann, addMembers(group, ann))).toBe('not_a_member')
  expect(await campus.codeOf(ann, leaveGroup(group))).toBe('not_a_member')
})
test('after handing over the other one leads, and the one before does not', async () => {
  const group = await campus.group(ann, ben)
  await campus.accept(ann, handOver(group, ben))
  expect(await campus.codeOf(ann, renameGroup(group, 'Mine'))).toBe('only_creator')
  expect(await campus.codeOf(ben, renameGroup(group, 'Mine'))).toBe('accepted')
  expect(await findConversation(group)).toMatchObject({ title: 'Mine', creator_id: ben })
})
test('a rename after a message in the same batch keeps the count of messages', async () => {
  const group = await campus.group(ann)
  await campus.accept(ann, send(group), renameGroup(group, 'New'), send(group), handOver(group, ann), send(group))
  expect(await findConversation(group)).toMatchObject({ title: 'New', last_n: 3 })
})
test('a rename to the same title or name changes nothing', async () => {
  const group = await campus.group(ann)
  const { length } = campus.published
  await campus.accept(ann, renameGroup(group, 'A group'), renameProfile('Ann'))
  expect(tell(length)).toEqual([])
})
test('a handle is given once, also within one batch', async () => {
  const [one, other, third] = [uuidv7(), uuidv7(), uuidv7()]
  const register = (id: string) => ({ ...registerUser(id, 'Same'), handle: `same${one.slice(-8)}` })
  const codes = await Promise.all([campus.codeOf(one, register(one)), campus.codeOf(other, register(other))])
  expect([...codes, await campus.codeOf(third, register(third))]).toEqual(['accepted', 'handle_taken', 'handle_taken'])
})
test('what is told of a message is what stands in the database', async () => {
  const group = await campus.group(ann, ben)
  const message = send(group, 'Hello 👋')
  await campus.accept(ann, message)
  const told = campus.published.at(-1)?.rows.find(({ row }) => row.type === 'message')
  const { seq, n } = await findMessage(message.id)
  expect(told).toEqual({
    row: {
      type: 'message',
      seq,
      id: message.id,
      conversationId: group,
      n,
      authorId: ann,
      text: 'Hello 👋',
      writtenAt: message.writtenAt,
      sentAt: NOW,
      editedAt: null,
      replyTo: null,
      mentions: [],
      mentionsAll: false,
      forwarded: false,
      pinnedAt: null,
      edits: 0,
    },
    audience: { kind: 'members', conversationId: group },
  })
})
