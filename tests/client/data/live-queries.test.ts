import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  archiveConversation,
  MUTE_CHOICES,
  muteConversation,
} from '../../../client/data/conversations/arrange-conversation.ts'
import { watchPreferences } from '../../../client/data/account/preferences.ts'
import { setPreferences } from '../../../client/data/account/set-preferences.ts'
import { MUTED_FOR_GOOD } from '../../../shared/protocol/rows.ts'
import { createGroup } from '../../../client/data/conversations/change-group.ts'
import { findReadPosition, markAllRead, markRead } from '../../../client/data/conversations/mark-read.ts'
import { sendMessage, sendRewritten } from '../../../client/data/messages/send-message.ts'
import type { Session } from '../../../client/data/session.ts'
import { watchConnection } from '../../../client/data/connection/watch-connection.ts'
import { watchConversation } from '../../../client/data/conversations/watch-conversation.ts'
import { watchConversations } from '../../../client/data/conversations/watch-conversations.ts'
import { watchPeople } from '../../../client/data/people/watch-people.ts'
import { watchProfile } from '../../../client/data/people/watch-profile.ts'
import { watchUnreadMentions } from '../../../client/data/conversations/watch-unread-mentions.ts'
import { watchUnsent } from '../../../client/data/outbox/watch-unsent.ts'
import type { ClientDatabase } from '../../../client/sync/database.ts'
import { directId } from '../../../shared/direct-id.ts'
import { createDevice, until } from './device.ts'
import {
  ann,
  ben,
  commandId,
  entry,
  eva,
  exampleId,
  group,
  member,
  message,
  MINUTE,
  NOON,
  refused,
  send,
  setting,
  user,
} from './example.ts'

let session: Session
let db: ClientDatabase

beforeEach(async () => {
  session = await createDevice()
  db = session.db
})

afterEach(() => db.delete())

async function queued() {
  return (await db.outbox.toArray()).map((one) => one.command)
}

test('a newcomer appears in the list of people without a reload', async () => {
  const appeared = until(watchPeople(session), (people) => people.some((person) => person.name === 'Ida'))
  await db.users.put({
    type: 'user',
    seq: 9,
    id: exampleId(4),
    handle: 'ida',
    name: 'Ida',
    pictureId: null,
    createdAt: NOON,
  })
  expect((await appeared).map((person) => person.name)).toEqual(['Ben', 'Eva', 'Ida'])
})

test('the first message to a person begins their conversation, the second does not', async () => {
  const conversationId = directId(ann, eva)
  await sendMessage(session, conversationId, 'one', eva)
  await sendMessage(session, conversationId, 'two', eva)
  expect((await queued()).map((command) => command.type)).toEqual(['direct.create', 'message.send', 'message.send'])
  const list = await until(watchConversations(session))
  expect(list.find((summary) => summary.id === conversationId)).toMatchObject({
    ...{ title: 'Eva', last: { text: 'two' }, waiting: 3 },
  })
})

test('an empty message is not sent', async () => {
  await sendMessage(session, group, ' \n ', null)
  expect(await queued()).toEqual([])
})

test('a refused message sent with another text keeps its id', async () => {
  const command = send('bad')
  const { position: _, ...row } = entry(command, refused)
  await db.outbox.add(row)
  await sendRewritten(session, command.id, 'good')
  expect(await db.outbox.toArray()).toMatchObject([
    { id: command.id, state: { kind: 'waiting' }, command: { text: 'good' } },
  ])
})

test('a read position moves forward only', async () => {
  await db.readings.put({ type: 'reading', seq: 1, conversationId: group, n: 5 })
  await markRead(session, group, 5)
  await markRead(session, group, 3)
  expect(await queued()).toEqual([])
  await markRead(session, group, 7)
  expect(await findReadPosition(session, group)).toBe(7)
  await markRead(session, group, 6)
  expect(await queued()).toMatchObject([{ type: 'read', n: 7 }])
})

test('one’s own messages after the read position are not unread, nor what was deleted since', async () => {
  const own = message(4, { authorId: ann })
  const rows = [message(1), message(2, { authorId: ann }), message(3), own, message(5, { text: null })]
  await db.messages.bulkPut(rows)
  await db.latest.put(message(5, { text: null }))
  await db.readings.put({ type: 'reading', seq: 1, conversationId: group, n: 1 })
  const [summary] = await until(watchConversations(session))
  expect(summary?.unread).toBe(1)
})

test('the connection is what the syncing tab wrote, with what waits', async () => {
  const { position: _, ...row } = entry(send('one'))
  await db.outbox.add(row)
  await db.meta.put({ key: 'connection', state: { kind: 'offline', since: NOON } })
  expect(await until(watchConnection(session))).toEqual({
    state: { kind: 'offline', since: NOON },
    waiting: { messages: 1, changes: 0 },
    refused: 0,
  })
})

test('a conversation that is gone from the device is null, what was written for it is still listed', async () => {
  const gone = exampleId(77)
  const { position: _, ...row } = entry(send('lost', gone), refused)
  await db.outbox.add(row)
  expect(await until(watchConversation(session, gone, null))).toBeNull()
  expect(await until(watchUnsent(session))).toMatchObject([{ text: 'lost', conversationTitle: null }])
})

test('a person’s own new name shows before the server has heard of it', async () => {
  const { position: _, ...row } = entry({ type: 'profile.rename', id: commandId(), name: 'Anna' })
  await db.outbox.add(row)
  const detail = await until(watchConversation(session, group, null))
  expect(detail?.members.map((one) => one.person.name)).toContain('Anna')
})

test('the list is told again when a mute is over', async () => {
  let now = NOON
  session = { ...session, serverClock: { ...session.serverClock, now: () => now } }
  await db.settings.put(setting({ mutedUntil: NOON + 40 }))
  const muted: (boolean | undefined)[] = []
  await until(watchConversations(session), (list) => {
    muted.push(list[0]?.muted)
    now += 50
    return list[0]?.muted === false
  })
  expect(muted).toEqual([true, false])
})

test('mentions after the read position are counted apart', async () => {
  await db.latest.put(message(9))
  await db.readings.put({ type: 'reading', seq: 1, conversationId: group, n: 3 })
  await db.mentions.bulkPut([3, 4, 9].map((n) => ({ conversationId: group, n, messageId: exampleId(1_000 + n) })))
  expect((await until(watchConversations(session)))[0]).toMatchObject({ unread: 6, mentions: 2 })
})

test('one’s own last message in the list says how far it has come', async () => {
  await db.latest.put(message(9, { authorId: ann }))
  await db.deliveries.put({ type: 'delivery', seq: 10, conversationId: group, userId: ben, n: 9 })
  expect((await until(watchConversations(session)))[0]?.last?.delivery).toEqual({ kind: 'delivered', seen: 0, of: 1 })
})

test('marking as read reads to the end', async () => {
  await db.latest.put(message(9))
  await markAllRead(session, group)
  expect(await queued()).toMatchObject([{ type: 'read', n: 9 }])
})

test('a profile tells the groups that one shares, and nobody’s that this device does not know', async () => {
  await db.members.bulkPut([member(eva, exampleId(101)), { ...member(eva), removed: true }])
  expect(await until(watchProfile(session, ben))).toMatchObject({ person: { name: 'Ben' }, sharedIds: [group] })
  expect((await until(watchProfile(session, eva)))?.sharedIds).toEqual([])
  expect(await until(watchProfile(session, exampleId(77)))).toBeNull()
})

test('unread mentions are told by their place, less those that a waiting reading covers', async () => {
  await db.readings.put({ type: 'reading', seq: 1, conversationId: group, n: 3 })
  await db.mentions.bulkPut([9, 3, 4].map((n) => ({ conversationId: group, n, messageId: exampleId(1_000 + n) })))
  expect(await until(watchUnreadMentions(session, group))).toEqual([4, 9])
  await markRead(session, group, 4)
  expect(await until(watchUnreadMentions(session, group))).toEqual([9])
})

test('a group’s picture has at most four faces of others, those with a picture first', async () => {
  const people = Array.from({ length: 8 }, (_, index) => user(exampleId(20 + index), `Person ${index}`))
  await db.users.bulkPut(people.map((row, index) => (index < 6 ? row : { ...row, pictureId: exampleId(900 + index) })))
  await db.members.bulkPut(people.map((row) => member(row.id)))
  const [summary] = await until(watchConversations(session))
  expect(summary?.faces.map((face) => face.name)).toEqual(['Person 6', 'Person 7', 'Ben', 'Person 0'])
})

test('a group that was made with no network has the same picture in the list as in its header', async () => {
  const id = await createGroup(session, 'Made offline', [ben, eva])
  const list = await until(watchConversations(session), (all) => all.some((one) => one.id === id))
  const detail = await until(watchConversation(session, id, null))
  expect(list.find((one) => one.id === id)?.faces.map((face) => face.name)).toEqual(['Ben', 'Eva'])
  expect(detail?.faces.map((face) => face.name)).toEqual(['Ben', 'Eva'])
})

test('a mark as unread is taken away by opening, also where nothing is new', async () => {
  await db.readings.put({ type: 'reading', seq: 1, conversationId: group, n: 5 })
  await db.settings.put(setting({ markedUnread: true }))
  await markRead(session, group, 5)
  await markRead(session, group, 5)
  // A reading that moves nothing may come late a second time, and must not take away a mark that was set since.
  expect(await queued()).toMatchObject([{ type: 'conversation.set', markedUnread: false }])
})

test('archiving puts a conversation away with what was said until now', async () => {
  await db.latest.put(message(9))
  await archiveConversation(session, group)
  expect(await queued()).toMatchObject([{ type: 'conversation.set', archivedN: 9 }])
  expect((await until(watchConversations(session)))[0]?.archived).toBe(true)
  await db.latest.put(message(10))
  expect((await until(watchConversations(session)))[0]?.archived).toBe(false)
})

const mutes: [string, number][] = [
  ['For 1 hour', NOON + 60 * MINUTE],
  ['For 8 hours', NOON + 8 * 60 * MINUTE],
  ['For 1 week', NOON + 7 * 24 * 60 * MINUTE],
  ['For good', MUTED_FOR_GOOD],
]

test.each(mutes)('muting %s', async (label, mutedUntil) => {
  const choice = MUTE_CHOICES.find((one) => one.label === label)
  if (choice === undefined) throw new Error('no such choice')
  await muteConversation(session, group, choice)
  expect(await queued()).toMatchObject([{ type: 'conversation.set', mutedUntil }])
})

test('preferences are on until one switches them off, which shows at once', async () => {
  expect(await until(watchPreferences(session))).toMatchObject({ seen: true, presence: true, waiting: false })
  await setPreferences(session, { seen: false })
  expect(await until(watchPreferences(session))).toMatchObject({ seen: false, presence: true, waiting: true })
})
