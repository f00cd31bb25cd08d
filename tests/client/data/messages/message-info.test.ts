import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { countSeen } from '../../../../client/data/receipts/count-seen.ts'
import { pinMessage } from '../../../../client/data/messages/change-message.ts'
import type { Session } from '../../../../client/data/session.ts'
import { watchMessage } from '../../../../client/data/messages/watch-message.ts'
import { watchMessageInfo } from '../../../../client/data/messages/watch-message-info.ts'
import { watchPins } from '../../../../client/data/messages/watch-pins.ts'
import { EVERYONE_ID } from '../../../../shared/protocol/fields.ts'
import { refusal } from '../../../../shared/protocol/errors.ts'
import { answer, createDevice, until } from '../device.ts'
import { ann, ben, conversation, entry, eva, exampleId, group, member, message, NOON, send, user } from '../example.ts'

const ida = exampleId(4)
let session: Session

beforeEach(async () => {
  session = await createDevice()
  await session.db.users.put(user(ida, 'Ida'))
  await session.db.members.bulkPut([member(eva), member(ida)])
})

afterEach(() => session.db.delete())

test('who has seen a message and when, on whose device it is, and of whom neither is known', async () => {
  const mine = message(5, { authorId: ann })
  await session.db.messages.put(mine)
  await session.db.seens.put({
    ...{ type: 'seen', seq: 1, conversationId: group, userId: ben },
    steps: [{ n: 7, at: NOON + 9 }],
  })
  await session.db.deliveries.put({ type: 'delivery', seq: 1, conversationId: group, userId: eva, n: 5 })
  const info = await until(watchMessageInfo(session, mine.id))
  expect(info).toMatchObject({ n: 5, mine: true, audience: 'listed' })
  expect(info?.seen).toMatchObject([{ person: { name: 'Ben' }, at: NOON + 9, byThen: true }])
  expect(info?.received.map((person) => person.name)).toEqual(['Eva'])
  expect(info?.others.map((person) => person.name)).toEqual(['Ida'])
})

test('whoever lets nobody know what they have seen is not told either', async () => {
  await session.db.messages.put(message(5, { authorId: ann }))
  await session.db.preferences.put({ type: 'preference', seq: 1, seen: false, presence: true })
  await session.db.seens.put({
    ...{ type: 'seen', seq: 1, conversationId: group, userId: ben },
    steps: [{ n: 5, at: NOON }],
  })
  expect(await until(watchMessageInfo(session, exampleId(1_005)))).toMatchObject({ audience: 'off', seen: [] })
})

test('in Everyone there is only a count, which the server knows', async () => {
  await session.db.conversations.put(conversation({ id: EVERYONE_ID, kind: 'everyone', title: null, creatorId: null }))
  await session.db.messages.put(message(5, { conversationId: EVERYONE_ID, authorId: ann }))
  const info = await until(watchMessageInfo(session, exampleId(1_005)))
  expect(info).toMatchObject({ audience: 'counted', seen: [], received: [], others: [] })
  expect(await countSeen(session, EVERYONE_ID, 5)).toEqual({ kind: 'offline' })
  const online = await createDevice(() => Promise.resolve(answer({ count: 123 })))
  expect(await countSeen(online, EVERYONE_ID, 5)).toEqual({ kind: 'counted', count: 123 })
  const no = await createDevice(() => Promise.resolve(answer({ error: refusal('not_a_member') }, 403)))
  expect(await countSeen(no, EVERYONE_ID, 5)).toEqual({ kind: 'refused', reason: 'You are not in this conversation.' })
})

test('the history of an edited message goes from the oldest to how it reads now', async () => {
  await session.db.messages.put(message(5, { text: 'third', edits: 2, editedAt: NOON + 20 }))
  const revision = { type: 'revision' as const, seq: 1, conversationId: group, messageId: exampleId(1_005) }
  await session.db.revisions.bulkPut([
    { ...revision, k: 2, text: 'second', at: NOON + 10 },
    { ...revision, k: 1, text: 'first', at: NOON },
  ])
  expect(await until(watchMessageInfo(session, exampleId(1_005)))).toMatchObject({
    versions: [
      { text: 'first', at: NOON },
      { text: 'second', at: NOON + 10 },
      { text: 'third', at: NOON + 20 },
    ],
    versionsMissing: 0,
  })
  await session.db.revisions.delete([exampleId(1_005), 1])
  expect(await until(watchMessageInfo(session, exampleId(1_005)))).toMatchObject({ versionsMissing: 1 })
})

test('of a message that is not here nothing is known', async () => {
  expect(await until(watchMessageInfo(session, exampleId(1_999)))).toBeNull()
})

test('what is pinned is listed, the last one first, with what still waits', async () => {
  await session.db.messages.bulkPut([
    message(1, { pinnedAt: NOON }),
    message(2),
    message(3, { pinnedAt: NOON + 5 }),
    message(4, { conversationId: exampleId(77), pinnedAt: NOON }),
  ])
  const pinned = async () => (await until(watchPins(session, group))).map((view) => [view.n, view.pinWaiting])
  expect(await pinned()).toEqual([
    [3, false],
    [1, false],
  ])
  await pinMessage(session, group, exampleId(1_002), true)
  await pinMessage(session, group, exampleId(1_003), false)
  expect(await pinned()).toEqual([
    [2, true],
    [1, false],
  ])
})

test('the message that a draft answers is found, also while it waits', async () => {
  const waiting = send('on its way')
  const { position: _, ...row } = entry(waiting)
  await session.db.outbox.add(row)
  await session.db.messages.put(message(1))
  expect(await until(watchMessage(session, group, exampleId(1_001)))).toMatchObject({ n: 1, text: 'text 1' })
  expect(await until(watchMessage(session, group, waiting.id))).toMatchObject({ n: null, text: 'on its way' })
  expect(await until(watchMessage(session, group, exampleId(1_999)))).toBeNull()
})
