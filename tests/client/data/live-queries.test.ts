import 'fake-indexeddb/auto'
import type { Observable } from 'dexie'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findDraft, saveDraft } from '../../../client/data/draft.ts'
import { findReadPosition, markRead } from '../../../client/data/mark-read.ts'
import { watchMessagePages } from '../../../client/data/message-pages.ts'
import { sendMessage, sendRewritten } from '../../../client/data/send-message.ts'
import type { Session } from '../../../client/data/session.ts'
import { watchConnection } from '../../../client/data/watch-connection.ts'
import { watchConversation } from '../../../client/data/watch-conversation.ts'
import { watchConversations } from '../../../client/data/watch-conversations.ts'
import { watchPeople } from '../../../client/data/watch-people.ts'
import { watchUnsent } from '../../../client/data/watch-unsent.ts'
import { createApi } from '../../../client/sync/api.ts'
import { ClientDatabase } from '../../../client/sync/database.ts'
import { directId } from '../../../shared/direct-id.ts'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import { ann, ben, commandId, conversation, entry, eva, exampleId, group, member, message } from './example.ts'
import { NOON, refused, send, users } from './example.ts'

let session: Session
let db: ClientDatabase
let devices = 0

beforeEach(async () => {
  db = new ClientDatabase(`test-${devices++}`)
  session = {
    account: { key: 'current', userId: ann, handle: 'ann', name: 'Ann', sessionId: exampleId(9) },
    db,
    api: createApi(() => Promise.reject(new Error('no network'))),
    now: () => NOON,
  }
  await db.users.bulkPut(users)
  await db.conversations.put(conversation())
  await db.members.bulkPut([member(ann), member(ben)])
})

afterEach(() => db.delete())

/** The first value of a query for which the fact holds. */
function until<Value>(source: Observable<Value>, fact: (value: Value) => boolean = () => true): Promise<Value> {
  return new Promise((resolve, reject) => {
    const subscription = source.subscribe({
      next: (value) => {
        if (!fact(value)) return
        resolve(value)
        queueMicrotask(() => subscription.unsubscribe())
      },
      error: reject,
    })
  })
}

async function queued() {
  return (await db.outbox.toArray()).map((one) => one.command)
}

test('a newcomer appears in the list of people without a reload', async () => {
  const appeared = until(watchPeople(session), (people) => people.some((person) => person.name === 'Ida'))
  await db.users.put({ type: 'user', seq: 9, id: exampleId(4), handle: 'ida', name: 'Ida', createdAt: NOON })
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
  expect(await db.outbox.toArray()).toMatchObject([{ id: command.id, state: { kind: 'waiting' }, command: { text: 'good' } }])
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

test('one’s own messages after the read position are not unread', async () => {
  const rows = [message(1), message(2, { authorId: ann }), message(3), message(4, { authorId: ann })]
  await db.messages.bulkPut(rows)
  await db.latest.put(message(4, { authorId: ann }))
  await db.readings.put({ type: 'reading', seq: 1, conversationId: group, n: 1 })
  const [summary] = await until(watchConversations(session))
  expect(summary?.unread).toBe(1)
})

test('a draft is kept by conversation and goes when it is empty', async () => {
  await saveDraft(session, group, 'half a thought')
  expect(await findDraft(session, group)).toBe('half a thought')
  await saveDraft(session, group, ' ')
  expect(await findDraft(session, group)).toBe('')
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

/** Follows the window until its rows are as expected. */
function follow(readN: number) {
  let rows: MessageRow[] = []
  let wake: () => void = () => undefined
  const pages = watchMessagePages(
    db,
    group,
    readN,
    (next) => {
      rows = next
      wake()
    },
    (error) => {
      throw error
    },
  )
  const span = () => [rows[0]?.n, rows.at(-1)?.n, rows.length]
  const reaches = async (...expected: (number | undefined)[]) => {
    while (JSON.stringify(span()) !== JSON.stringify(expected)) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return { pages, reaches }
}

async function hold(from: number, to: number) {
  await db.messages.bulkPut(Array.from({ length: to - from + 1 }, (_, index) => message(from + index)))
  const latest = await db.latest.get(group)
  if ((latest?.n ?? 0) < to) await db.latest.put(message(to))
}

test('opening a conversation reads its newest pages only, and older ones when asked', async () => {
  await hold(1, 1_000)
  const { pages, reaches } = follow(1_000)
  await reaches(801, 1_000, 200)
  expect(await pages.openOlder()).toBe(true)
  await reaches(601, 1_000, 400)
  pages.stop()
})

test('opening goes back to the first unread message', async () => {
  await hold(1, 1_000)
  const { pages, reaches } = follow(450)
  await reaches(401, 1_000, 600)
  pages.stop()
})

test('a new message joins the window', async () => {
  await hold(1, 100)
  const { pages, reaches } = follow(100)
  await reaches(1, 100, 100)
  await hold(101, 101)
  await reaches(1, 101, 101)
  pages.stop()
})

test('what lies beyond a hole is found, and the top of what is held is known', async () => {
  await hold(1, 50)
  await hold(5_001, 5_100)
  const { pages, reaches } = follow(5_100)
  await reaches(5_001, 5_100, 100)
  expect(await pages.openOlder()).toBe(true)
  await reaches(1, 5_100, 150)
  expect(await pages.openOlder()).toBe(false)
  pages.stop()
})
