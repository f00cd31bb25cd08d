import { expect, test } from 'vitest'
import type { QuestionView } from '../../../../client/data/classroom/views.ts'
import { arrangeQueue, findNeighbour } from '../../../../client/views/desk/queue.ts'
import { toQuestion } from './question.ts'

const questions = [
  toQuestion(1, { votes: 2, answered: 'text' }),
  toQuestion(2, { votes: 5 }),
  toQuestion(3, { state: 'held' }),
  toQuestion(4, { state: 'rephrase' }),
  toQuestion(5, { votes: 1, pinned: true }),
  toQuestion(6, { state: 'held' }),
  toQuestion(7, { state: 'dismissed' }),
  toQuestion(8, { state: 'merged', mergedInto: 'q2' }),
  toQuestion(9, { state: 'withdrawn', text: null }),
]
const numbers = (list: readonly QuestionView[]) => list.map(({ n }) => n)

test('each tab holds what staff look for there, in the order in which they go through it', () => {
  const queue = arrangeQueue(questions)
  expect(numbers(queue.votes)).toEqual([5, 2, 1])
  expect(numbers(queue.newest)).toEqual([6, 5, 4, 3, 2, 1])
  expect(numbers(queue.unanswered)).toEqual([5, 2])
  expect(numbers(queue.away)).toEqual([9, 8, 7])
})

test('the longest held comes first, and after all of them what its asker has to change', () => {
  expect(numbers(arrangeQueue(questions).held)).toEqual([3, 6, 4])
})

test('every question on the server stands in the newest or among those that are away, and in one only', () => {
  const { newest, away } = arrangeQueue(questions)
  expect(numbers([...newest, ...away]).sort()).toEqual(numbers(questions).sort())
})

test('the projector goes through what has no answer, by votes, and then through the rest', () => {
  const order = ['q5', 'q2', 'q1']
  expect(findNeighbour(questions, null, 1)).toBe(order[0])
  expect(findNeighbour(questions, 'q5', 1)).toBe(order[1])
  expect(findNeighbour(questions, 'q2', 1)).toBe(order[2])
  expect(findNeighbour(questions, 'q2', -1)).toBe(order[0])
  expect(findNeighbour(questions, 'q5', -1)).toBeUndefined()
})

test('after one that was just answered comes the first that was not', () => {
  expect(findNeighbour(questions, 'q1', 1)).toBe('q5')
  const answered = questions.map((question) => ({ ...question, answered: 'aloud' as const }))
  expect(findNeighbour(answered, 'q5', 1)).toBe('q2')
  expect(findNeighbour(answered, 'q1', 1)).toBeUndefined()
})
