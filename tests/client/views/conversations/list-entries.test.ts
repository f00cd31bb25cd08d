import { expect, test } from 'vitest'
import type { ArrangedClassroom } from '../../../../client/data/classroom/watch-arranged.ts'
import type { ConversationSummary } from '../../../../client/data/conversations/conversation-summary.ts'
import { findClassrooms } from '../../../../client/views/shell/find-classrooms.ts'
import { mergeEntries } from '../../../../client/views/conversations/list-entries.ts'

const conversation = (id: string, activeAt: number, pinned = false) => ({ id, activeAt, pinned }) as ConversationSummary
const classroom = (id: string, lastAt: number | null, pinned = false): ArrangedClassroom => ({
  ...{
    id,
    known: true,
    owned: false,
    title: id,
    unread: 0,
    held: 0,
    lastAt,
    lastText: null,
    phase: 'open',
    arrangementId: id,
  },
  ...{ pinned, muted: false, mutedUntil: null, archived: false, markedUnread: false },
})
const idsOf = (...args: Parameters<typeof mergeEntries>) =>
  mergeEntries(...args).map((entry) => (entry.kind === 'classroom' ? entry.classroom.id : entry.summary.id))

test('a classroom stands among the conversations by its last activity, below what is pinned', () => {
  const conversations = [conversation('pinned', 1, true), conversation('new', 30), conversation('old', 10)]
  expect(idsOf(conversations, [classroom('between', 20), classroom('newest', 40), classroom('oldest', 5)])).toEqual([
    'pinned',
    'newest',
    'new',
    'between',
    'old',
    'oldest',
  ])
})

test('a classroom that is pinned stands among what is pinned', () => {
  const conversations = [conversation('a', 30, true), conversation('b', 10, true), conversation('new', 50)]
  const classrooms = [classroom('between', 20, true), classroom('newest', 60)]
  expect(idsOf(conversations, classrooms)).toEqual(['a', 'between', 'b', 'newest', 'new'])
})

test('conversations keep their order, with and without classrooms', () => {
  const conversations = [conversation('a', 3), conversation('b', 2)]
  expect(idsOf(conversations, [])).toEqual(['a', 'b'])
  expect(idsOf([], [classroom('empty', null), classroom('asked', 1)])).toEqual(['asked', 'empty'])
})

test('a classroom is found by all the words of a search, whatever their accents', () => {
  const classrooms = [classroom('Übungen, Algebra 2', 1), classroom('Algebra 1', 2)]
  const titles = (words: string) => findClassrooms(classrooms, words).map(({ title }) => title)
  expect(titles('algebra ubung')).toEqual(['Übungen, Algebra 2'])
  expect(titles('algebra')).toHaveLength(2)
  expect(titles(' ')).toEqual([])
})
