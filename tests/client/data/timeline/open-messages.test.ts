import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { setReaction } from '../../../../client/data/messages/change-message.ts'
import { findMessageAt } from '../../../../client/data/timeline/find-message-at.ts'
import type { MessageView } from '../../../../client/data/messages/message-view.ts'
import { openMessages, type MessagesRange } from '../../../../client/data/timeline/open-messages.ts'
import { sendMessage } from '../../../../client/data/messages/send-message.ts'
import type { Session } from '../../../../client/data/session.ts'
import type { MessageRow } from '../../../../shared/protocol/rows.ts'
import { answer, createDevice } from '../device.ts'
import { ann, ben, commandId, edit, entry, eva, event, exampleId, group, message, MINUTE, NOON } from '../example.ts'

/** What the server holds; null is no network. */
let served: MessageRow[] | null
let asked: string[]
let session: Session

beforeEach(async () => {
  served = null
  asked = []
  session = await createDevice((path) => {
    asked.push(path)
    if (served === null) return Promise.reject(new Error('no network'))
    return Promise.resolve(answer({ epoch: 'one', head: 9, rows: servePage(served, new URL(path, 'http://a')) }))
  })
})

afterEach(() => session.db.delete())

function servePage(rows: MessageRow[], { searchParams }: URL): MessageRow[] {
  const [before, at] = [searchParams.get('before'), searchParams.get('at')]
  if (before !== null) return rows.filter((row) => row.n < Number(before)).slice(-200)
  return rows.filter((row) => row.sentAt >= Number(at)).slice(0, 200)
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => message(from + index))

async function hold(from: number, to: number) {
  await session.db.messages.bulkPut(range(from, to))
  await session.db.latest.put(message(to))
}

function open(readN: number) {
  let messages: MessageView[] = []
  let place: MessagesRange | null = null
  let wake: () => void = () => undefined
  const opened = openMessages(session, group, readN, {
    onMessages: (next, where) => {
      messages = next
      place = where
      wake()
    },
    onError: (error) => {
      throw error
    },
  })
  const until = async (fact: (messages: MessageView[], place: MessagesRange) => boolean) => {
    while (place === null || !fact(messages, place)) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return messages
  }
  const span = () => [messages[0]?.n, messages.at(-1)?.n]
  return { opened, until, span, place: () => place }
}

test('a jump to a message that is on this device asks nobody', async () => {
  await hold(1, 1_000)
  const { opened, until, span } = open(1_000)
  await until((messages) => messages.length > 0)
  expect(await opened.showAround(250)).toBe('loaded')
  expect(span()).toEqual([101, 400])
  expect(asked).toEqual([])
  opened.stop()
})

test('a jump to a message that is not on this device fetches it and what is around it', async () => {
  await hold(951, 1_000)
  served = range(1, 1_000)
  const { opened, until, span, place } = open(1_000)
  await until((messages) => messages.length > 0)
  expect(await opened.showAround(250)).toBe('loaded')
  const [first, last] = span()
  expect(first).toBeLessThan(200)
  expect(last).toBeGreaterThan(300)
  expect(place()).toMatchObject({ olderN: 0, newerN: 951, atEnd: false })
  opened.stop()
})

test('a jump with no network says so and leaves the window where it is', async () => {
  await hold(951, 1_000)
  const { opened, until, span } = open(1_000)
  await until((messages) => messages.length > 0)
  expect(await opened.showAround(250)).toBe('offline')
  expect(span()).toEqual([951, 1_000])
  opened.stop()
})

test('a hole is filled from below and from above', async () => {
  await session.db.messages.bulkPut(range(1, 100))
  await hold(901, 1_000)
  served = range(1, 1_000)
  const { opened, until } = open(1_000)
  await until((messages) => messages.length > 0)
  await opened.showOlder()
  const shown = async () => new Set((await until(() => true)).map((one) => one.n))
  expect(await opened.fillHole(901)).toBe('loaded')
  const below = await shown()
  expect(range(800, 1_000).filter(({ n }) => !below.has(n))).toEqual([])
  expect(below.has(101)).toBe(false)
  expect(await opened.fillHole(Math.min(...[...below].map((n) => n ?? 0).filter((n) => n > 100)), 'above')).toBe(
    'loaded',
  )
  const both = await shown()
  expect(range(1, 180).filter(({ n }) => !both.has(n))).toEqual([])
  opened.stop()
})

test('what is on its way stands at the end only', async () => {
  await hold(1, 1_000)
  const { opened, until, place } = open(1_000)
  await sendMessage(session, group, 'mine', null)
  await until((messages) => messages.at(-1)?.text === 'mine')
  await opened.showAround(100)
  await until((messages) => messages.every((one) => one.n !== null))
  await opened.showNewest()
  await until((messages) => messages.at(-1)?.text === 'mine')
  expect(place()?.atEnd).toBe(true)
  opened.stop()
})

test('a reply quotes a message that is far above the window', async () => {
  await hold(1, 1_000)
  await session.db.messages.put(message(1_000, { replyTo: { messageId: exampleId(1_003), n: 3 } }))
  const { opened, until } = open(1_000)
  const messages = await until((all) => all.length > 0)
  expect(messages.at(-1)?.replyTo).toMatchObject({ kind: 'text', n: 3, text: 'text 3', author: { name: 'Ben' } })
  opened.stop()
})

test('a reaction shows at once, waiting', async () => {
  await hold(1, 3)
  const { opened, until } = open(3)
  await setReaction(session, group, exampleId(1_003), '🎉', true)
  const messages = await until((all) => all.at(-1)?.reactions.length === 1)
  expect(messages.at(-1)?.reactions).toMatchObject([
    { emoji: '🎉', mine: true, waiting: true, people: [{ name: 'Ann' }] },
  ])
  opened.stop()
})

test('one’s own message becomes delivered and then seen, by what the rows tell', async () => {
  await session.db.messages.put(message(1, { authorId: ann }))
  await session.db.latest.put(message(1, { authorId: ann }))
  const { opened, until } = open(1)
  await until((all) => all[0]?.delivery.kind === 'sent')
  await session.db.deliveries.put({ type: 'delivery', seq: 5, conversationId: group, userId: ben, n: 1 })
  await until((all) => all[0]?.delivery.kind === 'delivered')
  await session.db.seens.put({ type: 'seen', seq: 6, conversationId: group, userId: ben, steps: [{ n: 1, at: NOON }] })
  await until((all) => all[0]?.delivery.kind === 'seen')
  opened.stop()
})

test('an edit that waits mentions whom it names', async () => {
  await session.db.messages.put(message(1, { authorId: ann }))
  await session.db.latest.put(message(1, { authorId: ann }))
  const { position: _, ...row } = entry(edit(exampleId(1_001), 'ask @eva', { id: commandId(), mentions: [eva] }))
  await session.db.outbox.add(row)
  const { opened, until } = open(1)
  const [view] = await until((all) => all[0]?.text === 'ask @eva')
  expect(view?.mentions.get('eva')).toEqual({ id: eva, name: 'Eva' })
  opened.stop()
})

test('the divider stands where one had read to when the conversation was opened', async () => {
  await hold(1, 10)
  const { opened, until, place } = open(6)
  await until((all) => all.length === 10)
  await hold(11, 12)
  await until((all) => all.length === 12)
  expect(place()?.divider).toEqual({ afterN: 6, uptoN: 10 })
  opened.stop()
})

test('a day is found on this device when nothing is missing there', async () => {
  await hold(1, 100)
  expect(await findMessageAt(session, group, NOON + 50 * MINUTE)).toEqual({ kind: 'found', n: 50 })
  expect(await findMessageAt(session, group, 0)).toEqual({ kind: 'found', n: 1 })
  expect(await findMessageAt(session, group, NOON + 9_000 * MINUTE)).toEqual({ kind: 'found', n: 100 })
  expect(asked).toEqual([])
})

test('a day that lies in a hole is asked of the server; offline, the nearest on this device is known, before or after', async () => {
  await hold(951, 1_000)
  const day = NOON + 500 * MINUTE
  expect(await findMessageAt(session, group, day)).toEqual({ kind: 'offline', nearest: 951 })
  await hold(1, 20)
  expect(await findMessageAt(session, group, NOON + 30 * MINUTE)).toEqual({ kind: 'offline', nearest: 20 })
  expect(await findMessageAt(session, group, NOON + 940 * MINUTE)).toEqual({ kind: 'offline', nearest: 951 })
  served = range(1, 1_000)
  expect(await findMessageAt(session, group, day)).toEqual({ kind: 'found', n: 500 })
})

test('in a conversation where nothing was said no day is found', async () => {
  expect(await findMessageAt(session, group, NOON)).toEqual({ kind: 'nothing-said' })
})

test('what happened to a group comes with the messages beside it, and of what is not here nothing', async () => {
  const shownEvents: string[][] = []
  const stopWhen = (done: (events: string[]) => boolean) =>
    new Promise<void>((resolve, reject) => {
      const open = openMessages(session, group, 0, {
        onMessages(_messages, _range, events) {
          const words = events.map(({ n, by, change }) => `${n} ${by.name} ${change.kind}`)
          shownEvents.push(words)
          if (!done(words)) return
          queueMicrotask(() => open.stop())
          resolve()
        },
        onError: reject,
      })
    })
  await session.db.events.bulkPut([event(0, { kind: 'began', title: 'Chess' })])
  await stopWhen((words) => words.join() === '0 Ann began')
  const rows = [message(1), message(2)]
  await session.db.messages.bulkPut(rows)
  await session.db.latest.put(message(2))
  await session.db.events.bulkPut([
    event(2, { kind: 'added', userIds: [eva] }, ben),
    event(7, { kind: 'renamed', title: 'of a message that is not here' }),
  ])
  await stopWhen((words) => words.join() === '0 Ann began,2 Ben added')
  expect(shownEvents.flat().join()).not.toContain('renamed')
})
