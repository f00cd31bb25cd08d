import { expect, test } from 'vitest'
import { toEventViews } from '../../../../client/data/timeline/event-view.ts'
import { mergeMessages } from '../../../../client/data/messages/message-view.ts'
import { toEventWords } from '../../../../client/views/conversation/event-words.ts'
import { toTimeline, type TimelineInput, type TimelineItem } from '../../../../client/data/timeline/timeline.ts'
import type { EventRow, MessageRow } from '../../../../shared/protocol/rows.ts'
import type { OutboxEntry } from '../../../../client/sync/database.ts'
import { ann, ben, entry, eva, event, findPerson, message, MINUTE, NOON, send } from '../example.ts'

const toDay = (ms: number) => new Date(ms).toISOString().slice(0, 10)

type Range = TimelineInput['range']

const whole: Range = { olderN: 0, newerN: null, divider: null }

function draw(
  rows: MessageRow[],
  range: Partial<Range> = {},
  entries: OutboxEntry[] = [],
  happened: EventRow[] = [],
): string[] {
  const messages = mergeMessages({ myId: ann, rows, entries, findPerson })
  const events = toEventViews(happened, findPerson)
  return toTimeline({ messages, events, range: { ...whole, ...range }, toDay }).map(toWord)
}

function toWord(item: TimelineItem): string {
  switch (item.kind) {
    case 'events':
      return item.events.map(({ change }) => change.kind).join('+')
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

const renamed = (n: number, byId = ann, at = NOON) => event(n, { kind: 'renamed', title: `title ${n}` }, byId, at)

test('what happened to the group stands after the message that it followed, and parts a group of messages', () => {
  const rows = [message(1), message(2), message(3)]
  const events = [event(0, { kind: 'began', title: 'Chess' }), event(2, { kind: 'added', userIds: [eva] }), renamed(3)]
  expect(draw(rows, {}, [], events)).toEqual([...['start', 'day', 'began', '[1', '2]', 'added', '[3]', 'renamed']])
})

test('what one person did in a row is one line, and of several names the last', () => {
  const events = [
    ...[event(1, { kind: 'added', userIds: [eva] }), event(1, { kind: 'added', userIds: [ben] })],
    ...[renamed(1), renamed(1), renamed(1, eva)],
    ...[event(1, { kind: 'left', leaderId: null }, ben), event(1, { kind: 'left', leaderId: ann }, eva)],
  ]
  const [folded] = toTimeline({
    ...{ messages: [], events: toEventViews(events, findPerson), toDay },
    range: { ...whole, olderN: 1 },
  }).flatMap((item) => (item.kind === 'events' ? [item.events] : []))
  expect(folded?.map((one) => toEventWords(one, ann))).toEqual([
    'You added \u2068Eva\u2069 and \u2068Ben\u2069',
    'You named the group “\u2068title 1\u2069”',
    '\u2068Eva\u2069 named the group “\u2068title 1\u2069”',
    '\u2068Ben\u2069 and \u2068Eva\u2069 left. You lead it now',
  ])
})

test('what happened on another day has that day above it', () => {
  const events = [renamed(1, ann, NOON + 24 * 60 * MINUTE)]
  expect(draw([message(1)], {}, [], events)).toEqual(['start', 'day', '[1]', 'day', 'renamed'])
})

test('what happened to a group in which nothing was said yet is shown', () => {
  expect(draw([], {}, [], [event(0, { kind: 'began', title: 'Chess' })])).toEqual(['start', 'day', 'began'])
})

test('what waits to be sent stands below what happened', () => {
  expect(draw([message(1)], {}, [entry(send('waits'))], [renamed(1)])).toEqual([
    ...['start', 'day', '[1]', 'renamed', '[…]'],
  ])
})
