import sharp from 'sharp'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { toPersonalRow } from '../../../server/campus/annotations.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { MESSAGE_TEXT_MAX, PICTURE_BYTES_MAX } from '../../../shared/protocol/limits.ts'
import { MUTED_FOR_GOOD } from '../../../shared/protocol/rows.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  addMembers,
  type Campus,
  createCampus,
  dump,
  hide,
  read,
  pullCampus,
  receive,
  removeMember,
  send,
  setConversation,
  setDraft,
  setPicture,
  setPreference,
} from '../../support/campus.ts'
import { getPage } from '../../support/device.ts'
import { BASELINE, GREY, PROGRESSIVE, TAKEN_AT_HOME, toText, withSegment, withSize } from '../files/example-pictures.ts'

const NOW = 1_800_000_000_000
let now = NOW
let backend: Backend
let campus: Campus
let ann: string
let ben: string
let group: string
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store, now: () => now })
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  now = NOW
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
  group = await campus.group(ann, ben)
})

const listPersonal = async (userId: string, conversationId = group) => {
  const records = await campus.store.db
    .selectFrom('personal')
    .selectAll()
    .where('user_id', '=', userId)
    .where('conversation_id', '=', conversationId)
    .execute()
  return records.map(toPersonalRow)
}
const findSetting = async (userId = ann, conversationId = group) =>
  (await listPersonal(userId, conversationId)).find((row) => row.type === 'setting')
const findDraft = async (userId = ann) => (await listPersonal(userId)).find((row) => row.type === 'draft')
const findUser = (id: string) =>
  campus.store.db.selectFrom('user').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const listPictures = (userId = ann) =>
  campus.store.db.selectFrom('picture').selectAll().where('user_id', '=', userId).execute()
/** What was published since, as type and audience. */
const tell = (from: number) =>
  campus.published.slice(from).flatMap((batch) => batch.rows.map(({ row, audience }) => [row.type, audience.kind]))

test('a conversation is arranged bit by bit, for oneself alone', async () => {
  const { length } = campus.published
  await campus.accept(ann, send(group), setConversation(group, { pinned: true }))
  await campus.accept(ann, setConversation(group, { mutedUntil: MUTED_FOR_GOOD, markedUnread: true }))
  await campus.accept(ann, setConversation(group, { archivedN: 1 }))
  expect(await findSetting()).toMatchObject({
    mutedUntil: MUTED_FOR_GOOD,
    pinned: true,
    archivedN: 1,
    markedUnread: true,
  })
  await campus.accept(ann, setConversation(group, { mutedUntil: null, pinned: false, archivedN: null }))
  expect(await findSetting()).toMatchObject({ mutedUntil: null, pinned: false, archivedN: null, markedUnread: true })
  expect(tell(length).filter(([type]) => type === 'setting')).toEqual(Array(4).fill(['setting', 'user']))
  expect(await listPersonal(ben)).toEqual([])
})
test('Everyone can be arranged like any conversation', async () => {
  await campus.accept(ann, setConversation(EVERYONE_ID, { pinned: true }))
  expect(await findSetting(ann, EVERYONE_ID)).toMatchObject({ pinned: true })
  await campus.accept(ann, setConversation(EVERYONE_ID, { pinned: false }))
})
test('arranged as it is, or in nothing at all, a conversation changes nothing', async () => {
  await campus.accept(ann, setConversation(group, { pinned: true }))
  const { length } = campus.published
  await campus.accept(ann, setConversation(group, { pinned: true }), setConversation(group, {}))
  await campus.accept(ben, setConversation(group, { mutedUntil: null, archivedN: null, markedUnread: false }))
  expect(tell(length)).toEqual([])
})
test('a conversation is archived up to its newest message, and no further', async () => {
  await campus.accept(ann, send(group), send(group), setConversation(group, { archivedN: Number.MAX_SAFE_INTEGER }))
  expect(await findSetting()).toMatchObject({ archivedN: 2 })
  await campus.accept(ann, send(group))
  expect(await findSetting()).toMatchObject({ archivedN: 2 })
})
test('a conversation without messages is archived at 0', async () => {
  await campus.accept(ann, setConversation(group, { archivedN: 7 }))
  expect(await findSetting()).toMatchObject({ archivedN: 0 })
})
test('what says how far somebody is, or carries its own time, keeps no id: nor with it when somebody was here', async () => {
  await campus.accept(ben, send(group), send(group))
  const before = await dump(campus.store)
  await campus.accept(ann, receive(group, 1), read(group, 2), setDraft(group, 'Not yet'))
  await campus.publishReceipts(group)
  const after = await dump(campus.store)
  expect(after.command).toEqual(before.command)
  expect(after.receipt).not.toEqual(before.receipt)
})
test('reading on takes the mark of unread away', async () => {
  await campus.accept(ben, send(group), send(group))
  await campus.accept(ann, read(group, 1), setConversation(group, { pinned: true, markedUnread: true }))
  await campus.accept(ann, read(group, 2))
  expect(await findSetting()).toMatchObject({ pinned: true, markedUnread: false })
})
test('a reading that comes late a second time moves nothing back, and leaves the mark of unread that was set since', async () => {
  await campus.accept(ben, send(group), send(group))
  const early = read(group, 1)
  await campus.accept(ann, early, read(group, 2), setConversation(group, { markedUnread: true }))
  const before = await dump(campus.store)
  const { length } = campus.published
  await campus.accept(ann, early, read(group, 2))
  expect(await dump(campus.store)).toEqual(before)
  expect(tell(length)).toEqual([])
})
test('a mark of unread after a reading in the same batch stays', async () => {
  await campus.accept(ben, send(group))
  await campus.accept(ann, setConversation(group, { markedUnread: true }))
  await campus.accept(ann, read(group, 1), setConversation(group, { markedUnread: true }))
  expect(await findSetting()).toMatchObject({ markedUnread: true })
})

test('a draft is kept for oneself alone, with what it answers', async () => {
  const replyToId = uuidv7()
  const { length } = campus.published
  await campus.accept(ann, setDraft(group, 'Not yet', { replyToId, changedAt: NOW - 5 }))
  expect(await findDraft()).toMatchObject({ text: 'Not yet', replyToId, changedAt: NOW - 5 })
  expect(tell(length)).toEqual([['draft', 'user']])
  expect(await listPersonal(ben)).toEqual([])
})
test('the draft that was changed last stays, whichever comes last', async () => {
  await campus.accept(ann, setDraft(group, 'newer', { changedAt: NOW - 5 }))
  const { length } = campus.published
  await campus.accept(ann, setDraft(group, 'older', { changedAt: NOW - 6 }))
  expect(tell(length)).toEqual([])
  await campus.accept(ann, setDraft(group, 'newest', { changedAt: NOW - 4 }))
  expect(await findDraft()).toMatchObject({ text: 'newest' })
})
test('a draft changed back to what is kept counts as changed', async () => {
  await campus.accept(ann, setDraft(group, 'a', { changedAt: NOW - 30 }))
  await campus.accept(ann, setDraft(group, 'a', { changedAt: NOW - 10 }))
  await campus.accept(ann, setDraft(group, 'b', { changedAt: NOW - 20 }))
  expect(await findDraft()).toMatchObject({ text: 'a', changedAt: NOW - 10 })
})
test('an empty draft is the tombstone, which an older draft does not come back over', async () => {
  await campus.accept(ann, setDraft(group, 'a', { changedAt: NOW - 30 }), setDraft(group, '', { changedAt: NOW - 10 }))
  await campus.accept(ann, setDraft(group, 'b', { changedAt: NOW - 20 }))
  expect(await findDraft()).toMatchObject({ text: '' })
})
test('a device whose clock runs ahead has the last word only until now', async () => {
  await campus.accept(ann, setDraft(group, 'from the future', { changedAt: NOW + 1_000_000 }))
  expect(await findDraft()).toMatchObject({ changedAt: NOW })
  now += 1
  await campus.accept(ann, setDraft(group, 'now', { changedAt: NOW + 1 }))
  expect(await findDraft()).toMatchObject({ text: 'now' })
})
test.each(['漢', '"', '\n', '\\'])('the longest draft of %j fits', async (character) => {
  const text = character.repeat(MESSAGE_TEXT_MAX)
  await campus.accept(ann, setDraft(group, text))
  expect(await findDraft()).toMatchObject({ text })
})

test('who never chose lets others know; each choice stays until it is changed', async () => {
  const find = () => campus.store.db.selectFrom('preference').selectAll().where('user_id', '=', ann).executeTakeFirst()
  const { length } = campus.published
  await campus.accept(ann, setPreference({ seen: true, presence: true }), setPreference({}))
  expect(await find()).toBeUndefined()
  await campus.accept(ann, setPreference({ presence: false }))
  expect(await find()).toMatchObject({ seen: 1, presence: 0 })
  await campus.accept(ann, setPreference({ seen: false }), setPreference({ presence: true }))
  expect(await find()).toMatchObject({ seen: 0, presence: 1 })
  expect(tell(length)).toEqual(Array(2).fill(['preference', 'user']))
})

test('a picture is kept under the id of its command, and everybody is told which one it is', async () => {
  const command = setPicture(toText(BASELINE))
  const { length } = campus.published
  await campus.accept(ann, command)
  expect(await findUser(ann)).toMatchObject({ picture_id: command.id })
  expect(await listPictures()).toMatchObject([{ id: command.id, created_at: NOW }])
  const { format, width, height } = await sharp((await listPictures())[0]?.bytes).metadata()
  expect([format, width, height]).toEqual(['jpeg', 24, 16])
  expect(campus.published.slice(length).flatMap(({ rows }) => rows)).toMatchObject([
    { row: { type: 'user', id: ann, pictureId: command.id }, audience: { kind: 'all' } },
  ])
})
test('another picture takes the place of the one before, which is kept no more', async () => {
  const [first, second, third] = [
    setPicture(toText(BASELINE)),
    setPicture(toText(GREY)),
    setPicture(toText(PROGRESSIVE)),
  ]
  await campus.accept(ann, first)
  await campus.accept(ann, second, third)
  expect((await listPictures()).map(({ id }) => id)).toEqual([third.id])
  expect(await findUser(ann)).toMatchObject({ picture_id: third.id })
})
test('a picture that is taken away is kept no more', async () => {
  await campus.accept(ann, setPicture(toText(BASELINE)))
  await campus.accept(ann, setPicture(null))
  expect(await listPictures()).toEqual([])
  expect(await findUser(ann)).toMatchObject({ picture_id: null })
})
test('a picture put up and taken away in one batch is kept no more', async () => {
  await campus.accept(ann, setPicture(toText(BASELINE)), setPicture(null))
  expect(await listPictures()).toEqual([])
})
test("nobody's picture gives way to that of somebody else", async () => {
  const [mine, yours] = [setPicture(toText(BASELINE)), setPicture(toText(BASELINE))]
  await Promise.all([campus.accept(ann, mine), campus.accept(ben, yours)])
  await campus.accept(ben, setPicture(null))
  expect(await findUser(ann)).toMatchObject({ picture_id: mine.id })
  expect(await listPictures()).toHaveLength(1)
})
test('a name changed in the same batch keeps the picture', async () => {
  const command = setPicture(toText(BASELINE))
  await campus.accept(ann, command, { type: 'profile.rename', id: uuidv7(), name: 'Anna' })
  expect(await findUser(ann)).toMatchObject({ name: 'Anna', picture_id: command.id })
})
test('what stands behind a picture is not kept', async () => {
  await campus.accept(ann, setPicture(toText(Buffer.concat([BASELINE, Buffer.from('<script>alert(1)</script>')]))))
  expect(Buffer.from((await listPictures())[0]?.bytes ?? []).toString('latin1')).not.toContain('script')
})
test('what a camera wrote into a picture is not kept', async () => {
  await campus.accept(ann, setPicture(toText(TAKEN_AT_HOME)))
  const kept = Buffer.from((await listPictures())[0]?.bytes ?? []).toString('latin1')
  expect(Buffer.from(TAKEN_AT_HOME).toString('latin1')).toContain('SpyCam')
  expect(kept).not.toMatch(/SpyCam|Exif|home/)
  expect(kept.length).toBeGreaterThan(100)
})

const hostile: [what: string, picture: string][] = [
  ['a PNG file', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('base64')],
  ['a page', Buffer.from('<script>alert(1)</script>').toString('base64')],
  ['half a picture', toText(BASELINE.slice(0, 200))],
  ['a picture that says it is 65,535 pixels wide', toText(withSize(BASELINE, 65_535, 65_535))],
  ['a picture of no pixels', toText(withSize(BASELINE, 0, 0))],
  ['more bytes than there may be', toText(withSegment(BASELINE, 0xfe, 'x'.repeat(PICTURE_BYTES_MAX)))],
  ['base64 that says its last bits twice', toText(GREY).replace(/.=$/, 'l=')],
  ['nothing', ''],
]
test.each(hostile)('%s is no picture, and nothing of it is kept', async (_, picture) => {
  await campus.accept(ann, setPicture(toText(GREY)))
  const before = await dump(campus.store)
  expect(await campus.codeOf(ann, setPicture(picture))).toBe('bad_picture')
  expect(await dump(campus.store)).toEqual(before)
})

const pullHidden = async (userId: string, cursor = 0) =>
  getPage(await pullCampus(backend.store, userId, { cursor })).rows.filter((row) => row.type === 'hidden')

test('what one deletes for oneself is gone for oneself alone, and nobody else hears of it', async () => {
  const message = send(group, 'Not for me')
  await campus.accept(ann, message)
  const { length } = campus.published
  await campus.accept(ben, hide(group, message.id))
  expect(
    campus.published.slice(length).flatMap(({ rows }) => rows.map(({ row, audience }) => [row, audience])),
  ).toEqual([
    [
      { type: 'hidden', seq: await campus.head(), conversationId: group, messageId: message.id, hidden: true },
      { kind: 'members', conversationId: group, only: ben },
    ],
  ])
  expect(await pullHidden(ben)).toMatchObject([{ messageId: message.id, hidden: true }])
  expect(await pullHidden(ann)).toEqual([])
  const cursor = await campus.head()
  await campus.accept(ben, hide(group, message.id, false))
  expect(await pullHidden(ben, cursor)).toMatchObject([{ messageId: message.id, hidden: false }])
  await campus.accept(ann, { type: 'message.delete', id: uuidv7(), conversationId: group, messageId: message.id })
  await campus.accept(ben, hide(group, message.id))
})

test('who deletes for themselves what they deleted, or brings back what is there, changes nothing', async () => {
  const [one, other] = [send(group, 'One'), send(group, 'Other')]
  await campus.accept(ann, one, other)
  await campus.accept(ben, hide(group, one.id))
  const [head, { length }] = [await campus.head(), campus.published]
  await campus.accept(ben, hide(group, one.id), hide(group, other.id, false))
  expect(await campus.head()).toBe(head)
  expect(campus.published).toHaveLength(length)
  // Also within one batch.
  await campus.accept(ben, hide(group, other.id), hide(group, other.id), hide(group, one.id, false))
  expect(await campus.head()).toBe(head + 2)
  const stored = await campus.store.db.selectFrom('hidden_message').selectAll().where('user_id', '=', ben).execute()
  const messages = stored.filter(({ conversation_id }) => conversation_id === group)
  expect(messages.map(({ message_id, hidden }) => [message_id, hidden])).toEqual(
    expect.arrayContaining([
      [one.id, 0],
      [other.id, 1],
    ]),
  )
  // Somebody else's is another matter.
  await campus.accept(ann, hide(group, other.id))
  expect(await campus.head()).toBe(head + 3)
})

test('a new device, and one that gets a conversation anew, hear nothing of what was brought back', async () => {
  const messages = [send(group, 'One'), send(group, 'Two'), send(group, 'Three')]
  const [one, two, three] = messages.map(({ id }) => id)
  await campus.accept(ann, ...messages)
  await campus.accept(ben, hide(group, one ?? ''), hide(group, two ?? ''), hide(group, one ?? '', false))
  expect((await pullHidden(ben)).map(({ messageId }) => messageId)).toEqual([two])
  const cursor = await campus.head()
  await campus.accept(ben, hide(group, three ?? ''), hide(group, two ?? '', false))
  await campus.accept(ann, removeMember(group, ben), addMembers(group, ben))
  expect((await pullHidden(ben, cursor)).map(({ messageId }) => messageId)).toEqual([three])
  const later = await campus.head()
  await campus.accept(ben, hide(group, three ?? '', false))
  expect(await pullHidden(ben, later)).toMatchObject([{ messageId: three, hidden: false }])
})

test('nobody deletes for themselves what they cannot see', async () => {
  const message = send(group, 'Ours')
  await campus.accept(ann, message)
  const cleo = await campus.register('Cleo')
  expect(await campus.codeOf(cleo, hide(group, message.id))).toBe('not_a_member')
  expect(await campus.codeOf(ben, hide(EVERYONE_ID, message.id))).toBe('not_found')
  expect(await campus.codeOf(ben, hide(group, uuidv7()))).toBe('not_found')
  expect(await pullHidden(cleo)).toEqual([])
})

test('a device that gets a conversation anew gets all that was deleted for oneself there', async () => {
  const messages = Array.from({ length: 60 }, (_, index) => send(group, `Text ${index}`))
  await campus.accept(ann, ...messages)
  await campus.accept(ben, ...messages.slice(0, 5).map(({ id }) => hide(group, id)))
  const cursor = await campus.head()
  await campus.accept(ann, removeMember(group, ben), addMembers(group, ben))
  const hidden = await pullHidden(ben, cursor)
  expect(hidden.map(({ messageId }) => messageId).sort()).toEqual(
    messages
      .slice(0, 5)
      .map(({ id }) => id)
      .sort(),
  )
  await campus.accept(ann, removeMember(group, ben))
  expect(await pullHidden(ben)).toEqual([])
})
