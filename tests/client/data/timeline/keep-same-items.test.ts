import { expect, test } from 'vitest'
import { mergeMessages } from '../../../../client/data/messages/message-view.ts'
import { keepSameItems } from '../../../../client/data/timeline/keep-same-items.ts'
import { toTimeline, type TimelineItem } from '../../../../client/data/timeline/timeline.ts'
import type { MessageRow } from '../../../../shared/protocol/rows.ts'
import { ann, ben, eva, findPerson, message, reaction } from '../example.ts'

type Input = Partial<Parameters<typeof mergeMessages>[0]>

function draw(rows: MessageRow[], input: Input = {}): TimelineItem[] {
  const messages = mergeMessages({ myId: ann, rows, entries: [], findPerson, ...input })
  return toTimeline({ messages, range: { olderN: 0, newerN: null, divider: null }, toDay: () => 'today' })
}

/** As many messages as are given, each of somebody else than the one before. */
const talk = (count: number, changed: Partial<MessageRow> = {}) =>
  Array.from({ length: count }, (_, index) =>
    message(index + 1, {
      authorId: index % 2 === 0 ? ben : eva,
      mentions: [ann],
      ...(index === 1 && changed),
    }),
  )

function listChanged(before: TimelineItem[], now: TimelineItem[]): string[] {
  const kept = keepSameItems(before, now)
  expect(kept).toEqual(now)
  return kept.filter((item) => !before.includes(item)).map(({ key }) => key)
}

test('a message that comes leaves all others the objects that they were', () => {
  expect(listChanged(draw(talk(50)), draw(talk(51)))).toEqual([message(51).id])
})

const changes: [string, Partial<MessageRow>, Input][] = [
  ['was edited', { text: 'another', editedAt: 1, edits: 1 }, {}],
  ['mentions somebody else', { mentions: [ben] }, {}],
  ['was deleted', { text: null }, {}],
  ['has a reaction', {}, { reactions: [reaction(2, ben, ['👍'], 2)] }],
  ['has an answer', {}, { replies: new Map([[message(2).id, [message(3).id]]]) }],
  ['answers another one', { replyTo: { messageId: message(1).id, n: 1 } }, {}],
]

test.each(changes)('one that %s is another', (_, changed, input) => {
  expect(listChanged(draw(talk(50)), draw(talk(50, changed), input))).toEqual([message(2).id])
})

test('all that a person wrote changes with their name', () => {
  const renamed: typeof findPerson = (id) => ({ ...findPerson(id), ...(id === eva && { name: 'Evita' }) })
  const changed = listChanged(draw(talk(6)), draw(talk(6), { findPerson: renamed }))
  expect(changed).toEqual([2, 4, 6].map((n) => message(n).id))
})
