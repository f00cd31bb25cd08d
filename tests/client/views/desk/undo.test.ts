import { expect, test } from 'vitest'
import { findUndo } from '../../../../client/views/desk/undo.ts'
import { toQuestion } from './question.ts'

const projected = { focusQuestionId: 'q2', focusPollId: null }
const judge = { type: 'question.judge', questionId: 'q1', reason: null, note: null } as const

test('a question gets back the state that it had, with what was said of it', () => {
  const before = toQuestion(1, { state: 'dismissed', reason: 'unclear', note: 'Which one?' })
  expect(findUndo({ ...judge, state: 'shown' }, [before], projected)).toEqual([
    { ...judge, state: 'dismissed', reason: 'unclear', note: 'Which one?' },
  ])
})

test('what was taken apart is merged again', () => {
  const before = toQuestion(1, { state: 'merged', mergedInto: 'q2' })
  expect(findUndo({ ...judge, state: 'shown' }, [before, toQuestion(2)], projected)).toEqual([
    { type: 'question.merge', questionId: 'q1', into: 'q2' },
  ])
})

test('what went along into a merge comes back behind the one that it was merged into', () => {
  const questions = [toQuestion(1), toQuestion(2), toQuestion(3, { state: 'merged', mergedInto: 'q1' })]
  expect(findUndo({ type: 'question.merge', questionId: 'q1', into: 'q2' }, questions, projected)).toEqual([
    { ...judge, state: 'shown' },
    { type: 'question.merge', questionId: 'q3', into: 'q1' },
  ])
})

test('nothing is offered where it would not be as before', () => {
  const questions = [toQuestion(1, { state: 'held' }), toQuestion(3, { state: 'merged', mergedInto: 'q1' })]
  expect(findUndo({ type: 'question.merge', questionId: 'q1', into: 'q2' }, questions, projected)).toBeNull()
  expect(findUndo({ type: 'reply.answer', questionId: 'q1', text: 'Yes.' }, questions, projected)).toBeNull()
  expect(findUndo({ ...judge, state: 'shown' }, [], projected)).toBeNull()
})

test('only what a mark changed is changed back', () => {
  const before = toQuestion(1, { pinned: true, answered: 'aloud', muted: true })
  const mark = { type: 'question.mark', questionId: 'q1' } as const
  expect(findUndo({ ...mark, pinned: false }, [before], projected)).toEqual([{ ...mark, pinned: true }])
  expect(findUndo({ ...mark, answered: 'no' }, [before], projected)).toEqual([{ ...mark, answered: 'aloud' }])
})

test('the projector shows again what it showed', () => {
  expect(findUndo({ type: 'focus.set', questionId: null, pollId: 'p1' }, [], projected)).toEqual([
    { type: 'focus.set', questionId: 'q2', pollId: null },
  ])
})
