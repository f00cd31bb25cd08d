import { expect, test } from 'vitest'
import { findProjected } from '../../../../client/views/classroom/find-projected.ts'
import { toQuestion } from '../desk/question.ts'

test('the wall shows the chosen question as long as it is shown, and the desk says so', () => {
  const chosen = toQuestion(1, { id: 'chosen' })
  const others = [toQuestion(1, { id: 'other' }), chosen]
  expect(findProjected(others, { focusQuestionId: 'chosen' })).toBe(chosen)
  expect(findProjected(others, { focusQuestionId: null })).toBeUndefined()
  expect(findProjected(others, undefined)).toBeUndefined()
  for (const state of ['withdrawn', 'merged', 'held', 'dismissed'] as const) {
    expect(
      findProjected([toQuestion(1, { id: 'chosen', state })], { focusQuestionId: 'chosen' }),
      state,
    ).toBeUndefined()
  }
})
