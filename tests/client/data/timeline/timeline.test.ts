import { expect, test } from 'vitest'
import { mergeMessages } from '../../../../client/data/messages/message-view.ts'
import { toTimeline, type TimelineInput, type TimelineItem } from '../../../../client/data/timeline/timeline.ts'
import type { MessageRow } from '../../../../shared/protocol/rows.ts'
import type { OutboxEntry } from '../../../../client/sync/database.ts'
import { ann, entry, eva, findPerson, message, MINUTE, NOON, send } from '../example.ts'

const toDay = (ms: number) => new Date(ms).toISOString().slice(0, 10)

type Range = TimelineInput['range']

const whole: Range = { olderN: 0, newerN: null, divider: null }

function draw(rows: MessageRow[], range: Partial<Range> = {}, entries: OutboxEntry[] = []): string[] {
  const messages = mergeMessages({ myId: ann, rows, entries, findPerson })
  return toTimeline({ messages, range: { ...whole, ...range }, toDay }).map(toWord)
}

function toWord(item: TimelineItem): string {
  switch (item.kind) {
    case 'message':
      return `${item.first ? '[' : ''}${item.message.n ?? '…'}${item.last ? ']' : ''}`
    case 'hole':
      return `${item.count} before ${item.before}`
    case 'more':
      return `more ${item.toward}`
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
  expect(draw(rows, { divider: { afterN: 1, uptoN: 4 } })).toEqual(['start', 'day', '[1]', '[2]', 'unread', '[3', '4]'])
})

test('there is no divider when nothing was unread', () => {
  expect(draw([message(1)])).not.toContain('unread')
})

test('what waits makes no hole', () => {
  expect(draw([message(1)], {}, [entry(send('a')), entry(send('b'))])).toEqual(['start', 'day', '[1]', '[…', '…]'])
})

test('every item has a key of its own', () => {
  const messages = mergeMessages({ myId: ann, rows: [message(5), message(9)], entries: [entry(send('a'))], findPerson })
  const keys = toTimeline({ messages, range: { ...whole, newerN: 20, divider: { afterN: 5, uptoN: 9 } }, toDay }).map(
    (item) => item.key,
  )
  expect(new Set(keys).size).toBe(keys.length)
})

test('ten thousand messages are laid out in a moment', () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => message(index + 1, { sentAt: NOON + index * MINUTE }))
  const messages = mergeMessages({ myId: ann, rows, entries: [], findPerson })
  const before = performance.now()
  toTimeline({ messages, range: whole, toDay: (ms) => String(Math.floor(ms / 86_400_000)) })
  expect(performance.now() - before).toBeLessThan(500)
})

test('what is on this device beyond the window is no hole', () => {
  const rows = [message(101), message(102)]
  expect(draw(rows, { olderN: 100, newerN: 103 })).toEqual(['more older', 'day', '[101', '102]', 'more newer'])
  expect(draw(rows, { olderN: 50, newerN: 200 })).toEqual([
    ...['more older', '50 before 101', 'day', '[101', '102]', '97 before 200', 'more newer'],
  ])
})

test('the divider stays where it was while more arrives', () => {
  const rows = [message(1), message(2), message(3)]
  const divider = { afterN: 1, uptoN: 2 }
  expect(draw(rows, { divider })).toEqual(['start', 'day', '[1]', 'unread', '[2', '3]'])
})

test('what arrived after one’s own last word is not drawn as unread', () => {
  const rows = [message(1), message(2, { authorId: ann }), message(3)]
  expect(draw(rows, { divider: { afterN: 1, uptoN: 2 } })).not.toContain('unread')
})

test('the divider is not drawn in a window that begins after it', () => {
  const divider = { afterN: 50, uptoN: 200 }
  expect(draw([message(101), message(102)], { olderN: 100, divider })).not.toContain('unread')
  expect(draw([message(101), message(102)], { olderN: 50, divider })).toContain('unread')
})
