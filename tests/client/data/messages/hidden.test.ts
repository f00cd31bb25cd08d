import 'fake-indexeddb/auto'
import { beforeEach, expect, test } from 'vitest'
import { watchConversations } from '../../../../client/data/conversations/watch-conversations.ts'
import { watchUnreadMentions } from '../../../../client/data/conversations/watch-unread-mentions.ts'
import { hideMessages } from '../../../../client/data/messages/change-message.ts'
import { hiddenIds } from '../../../../client/data/messages/hidden.ts'
import { mergeMessages } from '../../../../client/data/messages/message-view.ts'
import { watchMessage } from '../../../../client/data/messages/watch-message.ts'
import { watchPins } from '../../../../client/data/messages/watch-pins.ts'
import type { Session } from '../../../../client/data/session.ts'
import { toTimeline } from '../../../../client/data/timeline/timeline.ts'
import { ann, entry, exampleId, findPerson, group, hidden, hide, message, NOON, refused } from '../example.ts'
import { createDevice, until } from '../device.ts'

const idOf = (n: number) => exampleId(1_000 + n)
const toDay = (ms: number) => new Date(ms).toISOString().slice(0, 10)

test('what waits counts as it will be, and what was refused does not', () => {
  const entries = [entry(hide(idOf(1), false)), entry(hide(idOf(2))), entry(hide(idOf(3)), refused)]
  expect([...hiddenIds([hidden(1), hidden(4), hidden(5, false)], entries)].sort()).toEqual([idOf(4), idOf(2)].sort())
})

test('a message that one deleted for oneself leaves no hole, no day and no gap in a group', () => {
  const gone = new Set([idOf(2), idOf(4)])
  const rows = [message(1), message(2), message(3), message(4, { sentAt: NOON + 48 * 3_600_000 })]
  const messages = mergeMessages({ myId: ann, rows, entries: [], findPerson, hidden: gone })
  const items = toTimeline({ messages, range: { olderN: 0, newerN: null, divider: null }, toDay })
  expect(items.map(({ kind }) => kind)).toEqual(['start', 'day', 'message', 'message'])
  expect(items.at(2)).toMatchObject({ first: true, last: false })
})

test('where the first message of all was deleted for oneself the conversation still begins, and a hole above one stays', () => {
  const rows = [message(1), message(2), message(9), message(10)]
  const messages = mergeMessages({ myId: ann, rows, entries: [], findPerson, hidden: new Set([idOf(1), idOf(9)]) })
  const items = toTimeline({ messages, range: { olderN: 0, newerN: null, divider: null }, toDay })
  expect(items.map(({ kind }) => kind)).toEqual(['start', 'day', 'message', 'hole', 'message'])
  expect(items.at(4)).toMatchObject({ first: true })
})

test('an answer to it says that one deleted it for oneself', () => {
  const rows = [message(1), message(2, { replyTo: { messageId: idOf(1), n: 1 } })]
  const [, answer] = mergeMessages({ myId: ann, rows, entries: [], findPerson, hidden: new Set([idOf(1)]) })
  expect(answer?.replyTo).toEqual({ kind: 'hidden', messageId: idOf(1), n: 1 })
})

let session: Session
beforeEach(async () => {
  session = await createDevice()
  const { db } = session
  const rows = [1, 2, 3].map((n) => message(n, { text: `text ${n}`, mentions: [ann], pinnedAt: NOON + n }))
  await db.messages.bulkPut(rows)
  await db.mentions.bulkPut(rows.map(({ n, id }) => ({ conversationId: group, n, messageId: id })))
  await db.latest.bulkPut(rows.slice(-1))
})

test('the list, unread counts, mentions and pins pass over it, offline too, until it is brought back', async () => {
  const look = async () => {
    const [summary] = await until(watchConversations(session))
    const mentions = await until(watchUnreadMentions(session, group))
    const pins = await until(watchPins(session, group))
    const { last, unread, mentions: called } = summary ?? {}
    return [last?.text, unread, called, mentions.join(), pins.map(({ n }) => n).join()]
  }
  expect(await look()).toEqual(['text 3', 3, 3, '1,2,3', '3,2,1'])
  await hideMessages(session, group, [idOf(3), idOf(2)], true)
  expect(await look()).toEqual(['text 1', 1, 1, '1', '1'])
  expect(await until(watchMessage(session, group, idOf(3)))).toMatchObject({ hidden: true })
  await hideMessages(session, group, [idOf(3)], false)
  expect(await look()).toEqual(['text 3', 2, 2, '1,3', '3,1'])
})
