import { expect, test } from 'vitest'
import { mergeMessages } from '../../../client/data/message-view.ts'
import { toTimeline, type TimelineItem } from '../../../client/data/timeline.ts'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import type { OutboxEntry } from '../../../client/sync/database.ts'
import { ann, entry, eva, findPerson, message, MINUTE, NOON, send } from './example.ts'

const toDay = (ms: number) => new Date(ms).toISOString().slice(0, 10)

function draw(rows: MessageRow[], dividerAfter: number | null = null, entries: OutboxEntry[] = []): string[] {
  const messages = mergeMessages({ myId: ann, rows, entries, findPerson })
  return toTimeline({ messages, dividerAfter, toDay }).map(toWord)
}

function toWord(item: TimelineItem): string {
  switch (item.kind) {
    case 'message':
      return `${item.first ? '[' : ''}${item.message.n ?? '…'}${item.last ? ']' : ''}`
    case 'hole':
      return `${item.count} before ${item.before}`
    default:
      return item.kind
  }
}

test('messages of one person within five minutes stand together', () => {
  const rows = [message(1), message(2), message(3, { authorId: eva }), message(9), message(15)]
  expect(draw(rows.map((row, index) => ({ ...row, n: index + 1 })))).toEqual([
    ...['start', 'day', '[1', '2]', '[3]', '[4]', '[5]'],
  ])
})

test('a new day parts a group', () => {
  const late = Date.UTC(2026, 4, 4, 23, 59)
  expect(draw([message(1, { sentAt: late }), message(2, { sentAt: late + 2 * MINUTE })])).toEqual([
    ...['start', 'day', '[1]', 'day', '[2]'],
  ])
})

test('what is missing before and between is a hole that says how much', () => {
  expect(draw([message(121), message(122), message(130)])).toEqual([
    ...['120 before 121', 'day', '[121', '122]', '7 before 130', '[130]'],
  ])
})

test('the unread divider stands before the first message of somebody else after the read position', () => {
  const rows = [message(1), message(2, { authorId: ann }), message(3), message(4)]
  expect(draw(rows, 1)).toEqual(['start', 'day', '[1]', '[2]', 'unread', '[3', '4]'])
})

test('there is no divider when nothing was unread', () => {
  expect(draw([message(1)], null)).not.toContain('unread')
})

test('what waits makes no hole', () => {
  expect(draw([message(1)], null, [entry(send('a')), entry(send('b'))])).toEqual(['start', 'day', '[1]', '[…', '…]'])
})

test('every item has a key of its own', () => {
  const messages = mergeMessages({ myId: ann, rows: [message(5), message(9)], entries: [entry(send('a'))], findPerson })
  const keys = toTimeline({ messages, dividerAfter: 5, toDay }).map((item) => item.key)
  expect(new Set(keys).size).toBe(keys.length)
})

test('fifty thousand messages are laid out in a moment', () => {
  const rows = Array.from({ length: 50_000 }, (_, index) => message(index + 1, { sentAt: NOON + index * MINUTE }))
  const messages = mergeMessages({ myId: ann, rows, entries: [], findPerson })
  const before = performance.now()
  toTimeline({ messages, dividerAfter: null, toDay: (ms) => String(Math.floor(ms / 86_400_000)) })
  expect(performance.now() - before).toBeLessThan(500)
})
