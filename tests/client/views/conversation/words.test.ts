import { expect, test } from 'vitest'
import type { Presence } from '../../../../client/data/people/watch-presence.ts'
import { toAboutLine } from '../../../../client/views/conversation/about-line.ts'
import { fromDateField, toDateField } from '../../../../client/views/conversation/date-field.ts'
import { toDepartureWords } from '../../../../client/views/conversation/departure-words.ts'
import { endsRightToLeft } from '../../../../client/views/conversation/direction.ts'
import { toNames } from '../../../../client/views/conversation/names.ts'
import { toReceiptWords } from '../../../../client/views/conversation/receipt-words.ts'
import { countReplies, toThreadWords } from '../../../../client/views/conversation/thread-words.ts'
import { mergeMessages } from '../../../../client/data/messages/message-view.ts'
import { ann, ben, eva, findPerson, message, NOON } from '../../data/example.ts'

const people = [ann, ben, eva].map(findPerson)
const members = people.map((person) => ({ person, me: person.id === ann, leads: false, waiting: false }))
const group = { kind: 'group' as const, other: null, members }
const direct = { kind: 'direct' as const, other: findPerson(ben), members: [] }
const nothing: Presence = { kind: 'unknown' }

function about(detail: typeof group | typeof direct, presence: Presence = nothing, typists: string[] = []): string {
  const findPresence = () => presence
  return toAboutLine({ detail, typists: typists.map(findPerson), findPresence, now: NOON }).text
}

test('under a conversation’s name stands who is in it, how they are, and above all who types', () => {
  expect(about(group)).toBe('3 members: You, Ben, Eva')
  expect(about(group, { kind: 'there' })).toBe('3 members, 2 here now: You, Ben, Eva')
  expect(about(group, nothing, [ben])).toBe('\u2068Ben\u2069 is typing …')
  expect(about(group, nothing, [ben, eva])).toBe('\u2068Ben\u2069 and \u2068Eva\u2069 are typing …')
  expect(about(group, nothing, [ann, ben, eva])).toBe('3 people are typing …')
  expect(about(direct)).toBe('@ben')
  expect(about(direct, { kind: 'there' })).toBe('Here now')
  expect(about(direct, { kind: 'away', lastSeenAt: null })).toBe('@ben')
  expect(about(direct, { kind: 'away', lastSeenAt: NOON })).toMatch(/^Last seen \d/)
  expect(about(direct, { kind: 'there' }, [ben])).toBe('typing …')
})

test('a receipt claims no more than is known', () => {
  expect(toReceiptWords({ kind: 'sent' })).toBe('Sent')
  expect(toReceiptWords({ kind: 'delivered', seen: 0, of: 1 })).toBe('Delivered')
  expect(toReceiptWords({ kind: 'delivered', seen: 0, of: 3 })).toBe('Delivered to all 3')
  expect(toReceiptWords({ kind: 'delivered', seen: 2, of: 3 })).toBe('Delivered, seen by 2 of 3')
  expect(toReceiptWords({ kind: 'seen', of: 1 })).toBe('Seen')
  expect(toReceiptWords({ kind: 'seen', of: 3 })).toBe('Seen by all 3')
})

test('a group that ended is named in a sentence, whichever way its name is written', () => {
  const words = (title: string, by = findPerson(ben)) => toDepartureWords({ ...departed, title, by }, NOON)
  const departed = { conversationId: ann, isOwn: false, at: null }
  expect(words('מועדון')).toBe('\u2068Ben\u2069 removed you from \u2068מועדון\u2069')
  expect(words('')).toBe('\u2068Ben\u2069 removed you from a group')
})

test('of many names only some are said, and how many more there are', () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `N${index}`)
  expect(toNames([])).toBe('')
  expect(toNames(['Ann'])).toBe('Ann')
  expect(toNames(['Ann', 'Ben', 'Eva'])).toBe('Ann, Ben and Eva')
  expect(toNames(names(13))).toMatch(/N11 and 1 other$/)
  expect(toNames(names(1_000))).toMatch(/^N0, N1, .*N11 and 988 others$/)
})

test('a day goes into a date field and comes back as its beginning', () => {
  const day = toDateField(NOON)
  expect(day).toMatch(/^2026-05-0[345]$/)
  const begins = fromDateField(day)
  expect(begins).toBeLessThanOrEqual(NOON)
  expect(NOON - (begins ?? 0)).toBeLessThan(25 * 60 * 60_000)
  for (const text of ['', 'no day', '2026', '0001-01-01']) expect(fromDateField(text)).toBeNull()
})

test.each([
  ['مرحبا', true],
  ['123 שלום', true],
  ['Hello مرحبا', false],
  ['Hello\n\nمرحبا', true],
  ['مرحبا\n\nHello\n', false],
  ['🎉', false],
])('%j ends right to left: %s', (text, expected) => {
  expect(endsRightToLeft(text)).toBe(expected)
})

test('of a thread only what is so is said, and looking further is offered where it can find something', () => {
  const rows = [message(1), message(2), message(3)]
  const messages = mergeMessages({ myId: ann, rows, entries: [], findPerson })
  const whole = { rootId: message(1).id, messages, above: null, missing: 0 }
  const above = { messageId: message(9).id, n: 9 }
  expect(toThreadWords(whole, null, true)).toBeNull()
  expect(toThreadWords({ ...whole, missing: 4 }, 'more', true)).toEqual({
    words: '4 messages since then are not on this device. There may be replies among them.',
    asks: true,
  })
  expect(toThreadWords({ ...whole, missing: 1 }, 'more', true)?.words).toMatch(/^1 message since then is not on/)
  expect(toThreadWords({ ...whole, missing: 4 }, 'whole', true)).toBeNull()
  expect(toThreadWords({ ...whole, above }, 'more', true)?.words).toBe('What this answers is not on this device.')
  expect(toThreadWords({ ...whole, above }, 'whole', true)?.words).toBe('What this answers cannot be read any more.')
  expect(toThreadWords({ ...whole, missing: 4 }, 'offline', false)?.words).toMatch(/comes with the network/)
  expect(toThreadWords({ ...whole, messages: [] }, null, true)?.words).toMatch(/^You deleted all/)
  expect(toThreadWords({ rootId: null, messages: [], above: null, missing: 0 }, null, true)?.words).toMatch(
    /not on this/,
  )
  expect(countReplies(whole, null)).toBe('2 replies')
  expect(countReplies({ ...whole, missing: 4 }, 'more')).toBe('2 replies on this device')
  expect(countReplies({ ...whole, rootId: message(9).id, messages: messages.slice(2) }, null)).toBe('1 reply')
})
