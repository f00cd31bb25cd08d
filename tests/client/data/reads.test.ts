import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { saveDraft } from '../../../client/data/composing/draft.ts'
import { watchConversation } from '../../../client/data/conversations/watch-conversation.ts'
import { watchConversations } from '../../../client/data/conversations/watch-conversations.ts'
import type { ConversationSummary } from '../../../client/data/conversations/conversation-summary.ts'
import { watchUnreadMentions } from '../../../client/data/conversations/watch-unread-mentions.ts'
import { watchPins } from '../../../client/data/messages/watch-pins.ts'
import type { Session } from '../../../client/data/session.ts'
import { enqueue } from '../../../client/sync/outbox.ts'
import { waitFor } from '../../support/wait-for.ts'
import { createDevice } from './device.ts'
import { ben, conversation, exampleId, group, member, message, user } from './example.ts'

/*
 * How much is read for what happens often: counts of requests to IndexedDB, which are the same on any machine.
 */

const OTHERS = 30

let session: Session
let reads: Record<string, number> = {}

/** Counts by table whatever a page asks a store or an index for. */
function countReads() {
  const names = ['get', 'getAll', 'openCursor', 'getAllKeys', 'openKeyCursor', 'count'] as const
  for (const [prototype, toStore] of [
    [IDBObjectStore.prototype, (one: unknown) => one as IDBObjectStore],
    [IDBIndex.prototype, (one: unknown) => (one as IDBIndex).objectStore],
  ] as const) {
    for (const name of names) {
      const before = Reflect.get(prototype, name) as (...args: unknown[]) => unknown
      vi.spyOn(prototype as IDBObjectStore, name as 'get').mockImplementation(function (this: unknown, ...args) {
        const store = toStore(this).name
        reads[store] = (reads[store] ?? 0) + 1
        return before.apply(this, args) as IDBRequest
      })
    }
  }
}

beforeEach(async () => {
  session = await createDevice()
  const { db } = session
  const ids = Array.from({ length: OTHERS }, (_, index) => exampleId(200 + index))
  await db.conversations.bulkPut(ids.map((id) => conversation({ id, title: id })))
  await db.members.bulkPut(ids.flatMap((id) => [member(session.account.userId, id), member(ben, id)]))
  await db.users.bulkPut(ids.map((_, index) => user(exampleId(500 + index), `Person ${index}`)))
  const last = ids.map((conversationId, index) =>
    message(1, { id: exampleId(5_000 + index), conversationId, authorId: exampleId(500 + index) }),
  )
  await db.messages.bulkPut(last)
  await db.latest.bulkPut(last)
  reads = {}
  countReads()
})

afterEach(async () => {
  vi.restoreAllMocks()
  await session.db.delete()
})

/** The list as it is shown, and all that was told of it. */
async function openList() {
  const told: ConversationSummary[][] = []
  const { unsubscribe } = watchConversations(session).subscribe((list) => told.push(list))
  await waitFor('the list', () => (told.at(-1)?.length === OTHERS + 1 ? true : undefined))
  const until = (fact: (one: ConversationSummary) => boolean) =>
    waitFor('the list', () => (told.at(-1)?.some(fact) === true ? true : undefined))
  return { told, until, close: unsubscribe }
}

test('a key that is typed reads drafts, and nothing else of the list of conversations', async () => {
  const list = await openList()
  reads = {}
  await saveDraft(session, group, 'H')
  await list.until(({ draft }) => draft === 'H')
  const { drafts, keptDrafts, ...others } = reads
  expect(others).toEqual({})
  expect((drafts ?? 0) + (keptDrafts ?? 0)).toBeLessThanOrEqual(4)
  list.close()
})

test('a key that is typed changes the row of its conversation alone', async () => {
  const list = await openList()
  const before = new Set(list.told.at(-1))
  await saveDraft(session, group, 'H')
  await list.until(({ draft }) => draft === 'H')
  expect(
    list.told
      .at(-1)
      ?.filter((summary) => !before.has(summary))
      .map(({ id }) => id),
  ).toEqual([group])
  list.close()
})

test('a message that comes reads the last messages, and of the unread what is new, in the list and the open conversation', async () => {
  const { db } = session
  await db.readings.put({ type: 'reading', seq: 1, conversationId: group, n: 10 })
  const list = await openList()
  const open = watchConversation(session, group, null).subscribe(() => undefined)
  const comes = async (n: number) => {
    await db.transaction('rw', db.messages, db.latest, async () => {
      await db.messages.put(message(n))
      await db.latest.put(message(n))
    })
    await list.until(({ last }) => last?.text === `text ${n}`)
  }
  await comes(11)
  reads = {}
  await comes(12)
  // In the list one for the last messages, and for each conversation with unread ones what they are; in the open one its last.
  expect(reads).toEqual({ latest: expect.any(Number) as number, messages: OTHERS + 1 })
  expect(reads.latest).toBeLessThanOrEqual(2)
  open.unsubscribe()
  list.close()
})

test('a draft that is carried reads the outbox, and nothing else of what is pinned and who is mentioned', async () => {
  const { db, clock } = session
  let told = 0
  const count = () => (told += 1)
  const pins = watchPins(session, group).subscribe(count)
  const mentions = watchUnreadMentions(session, group).subscribe(count)
  await waitFor('both', () => (told === 2 ? true : undefined))
  reads = {}
  const draft = { conversationId: group, text: 'H', replyToId: null, changedAt: 1 }
  await enqueue(db, [{ type: 'draft.set', id: exampleId(900), ...draft }], clock.now())
  await waitFor('both again', () => (told === 4 ? true : undefined))
  const { outbox, readings, ...others } = reads
  expect(others).toEqual({})
  // Each what waits, and how far one has read.
  expect((outbox ?? 0) + (readings ?? 0)).toBeLessThanOrEqual(8)
  pins.unsubscribe()
  mentions.unsubscribe()
})
