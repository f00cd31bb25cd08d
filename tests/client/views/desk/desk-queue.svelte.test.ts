import { expect, test } from 'vitest'
import type { QuestionView } from '../../../../client/data/classroom/views.ts'
import { DeskQueue } from '../../../../client/views/desk/desk-queue.svelte.ts'
import { toQuestion } from './question.ts'

/** A desk on which so many questions were asked, question 1 first and with the most votes. */
function openQueue(count: number, currentId: string | null = null) {
  let questions = $state.raw<readonly QuestionView[]>(
    Array.from({ length: count }, (_, index) => toQuestion(index + 1, { votes: count - index })),
  )
  const watched = {
    get questions() {
      return questions
    },
    polls: [],
    isNew: ({ n }: QuestionView) => n !== null && n > 2,
  }
  const queue = new DeskQueue(watched, currentId)
  return {
    queue,
    listed: () => queue.listed.map(({ question: { id } }) => id),
    dismiss: (id: string) =>
      (questions = questions.map((one) => (one.id === id ? { ...one, state: 'dismissed' as const } : one))),
  }
}

test('what is judged leaves the list, and the one that is now where it was becomes the current one', () => {
  const { queue, listed, dismiss } = openQueue(3, 'q2')
  expect(queue.replaceWhatLeft()).toBeUndefined()
  dismiss('q2')
  expect(listed()).toEqual(['q1', 'q3'])
  expect([queue.replaceWhatLeft(), queue.currentId]).toEqual(['q2', 'q3'])
  expect(queue.replaceWhatLeft()).toBeUndefined()
  // Behind the last one there is none: the one before it.
  dismiss('q3')
  expect([queue.replaceWhatLeft(), queue.currentId]).toEqual(['q3', 'q1'])
  queue.replaceWhatLeft()
  dismiss('q1')
  expect([queue.replaceWhatLeft(), queue.currentId, queue.tabbableId]).toEqual(['q1', null, undefined])
})

test('in another list the current one stays what it was, and the Tab key reaches the first', () => {
  const { queue } = openQueue(3, 'q2')
  queue.replaceWhatLeft()
  queue.showTab('held')
  expect([queue.replaceWhatLeft(), queue.currentId, queue.tabbableId]).toEqual([undefined, 'q2', undefined])
  queue.showTab('newest')
  expect(queue.tabbableId).toBe('q2')
  queue.currentId = 'gone'
  expect(queue.tabbableId).toBe('q3')
})

test('one steps to the next and back, and stays at the ends', () => {
  const { queue } = openQueue(2)
  expect(queue.neighbourOf(1)?.id).toBe('q1')
  queue.currentId = 'q1'
  expect([queue.neighbourOf(-1)?.id, queue.neighbourOf(1)?.id]).toEqual(['q1', 'q2'])
  queue.currentId = 'q2'
  expect(queue.neighbourOf(1)?.id).toBe('q2')
  queue.showTab('polls')
  expect(queue.neighbourOf(1)).toBeUndefined()
})

test('a hundred are drawn, then more, and another tab begins anew', () => {
  const { queue } = openQueue(250)
  expect([queue.listed.length, queue.unlistedCount]).toEqual([100, 150])
  queue.listMore()
  expect([queue.listed.length, queue.unlistedCount]).toEqual([200, 50])
  queue.showTab('newest')
  expect(queue.listed.length).toBe(100)
})

test('what is new is divided from what was read in the newest, and only there', () => {
  const { queue } = openQueue(5)
  expect(queue.firstReadAt).toBe(-1)
  queue.showTab('newest')
  expect(queue.firstReadAt).toBe(3)
  queue.words = 'question'
  expect(queue.firstReadAt).toBe(-1)
})

test('words are searched for in every tab, also in what was dismissed, and a tab ends the search', () => {
  const { queue, listed, dismiss } = openQueue(3)
  dismiss('q2')
  queue.words = '2'
  expect([queue.isSearching, ...listed()]).toEqual([true, 'q2'])
  queue.showTab('votes')
  expect([queue.words, ...listed()]).toEqual(['', 'q1', 'q3'])
})
