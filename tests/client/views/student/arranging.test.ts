import { expect, test } from 'vitest'
import type { QuestionView } from '../../../../client/data/classroom/views.ts'
import { arrangeQuestions } from '../../../../client/views/student/arrange-questions.ts'
import { searchQuestions } from '../../../../client/views/classroom/search-questions.ts'
import { keepOrder } from '../../../../client/views/student/keep-order.ts'
import { countNewer, findLastN, listForWall } from '../../../../client/views/projector/wall-list.ts'
import { question } from './example.ts'

const numbers = (questions: readonly QuestionView[]) => questions.map(({ n }) => n)

const QUESTIONS = [
  question({ n: 1, votes: 2 }),
  question({ n: 2, votes: 5, answered: 'text' }),
  question({ n: 3, votes: 2, mine: true }),
  question({ n: 4, votes: 0, pinned: true }),
  question({ n: 5, state: 'dismissed', reason: 'off_topic', mine: true }),
  question({ n: null }),
]

test('the top is by votes, pinned ones first, of two alike the earlier one, and last what waits here', () => {
  expect(numbers(arrangeQuestions(QUESTIONS).top)).toEqual([4, 2, 1, 3, null])
})

test('the newest begin with what waits here', () => {
  expect(numbers(arrangeQuestions(QUESTIONS).newest)).toEqual([null, 4, 3, 2, 1])
})

test('what was answered, in text or aloud, is not among the unanswered; what waits here is', () => {
  const questions = [...QUESTIONS, question({ n: 6, answered: 'aloud' })]
  expect(numbers(arrangeQuestions(questions).unanswered)).toEqual([4, 1, 3, null])
})

test('one’s own are all there, whatever became of them', () => {
  expect(numbers(arrangeQuestions(QUESTIONS).mine)).toEqual([null, 5, 3])
})

test('nothing moves in a list that stands still: new ones come behind, and what is gone leaves its place', () => {
  const item = (id: string) => ({ id })
  expect(keepOrder(['b', 'a', 'gone'], [item('a'), item('new'), item('b')])).toEqual([
    item('b'),
    item('a'),
    item('new'),
  ])
})

test('a search finds all words in the question and its replies, without capitals and accents', () => {
  const questions = [question({ n: 1, text: 'Was ist ein Höhenzug?' }), question({ n: 2, text: 'And a valley?' })]
  const replies = new Map([['question-2', ['A low place', 'The VALLÉE of a river']]])
  expect(searchQuestions(questions, replies, 'hohenzug').map(({ question: { n } }) => n)).toEqual([1])
  expect(searchQuestions(questions, replies, 'valley river')).toEqual([
    { question: questions[1], reply: 'The VALLÉE of a river' },
  ])
  expect(searchQuestions(questions, replies, 'valley')).toEqual([{ question: questions[1], reply: null }])
  expect(searchQuestions(questions, replies, 'valley mountain')).toEqual([])
  expect(searchQuestions(questions, replies, '  ')).toEqual([])
})

test('the wall shows what is open, the most wanted first', () => {
  expect(numbers(listForWall(QUESTIONS, 2))).toEqual([4, 1])
})

test('what came after the wall was written is counted', () => {
  expect(findLastN([])).toBe(0)
  expect(findLastN(QUESTIONS)).toBe(5)
  expect(countNewer(QUESTIONS, 2)).toBe(2)
})
