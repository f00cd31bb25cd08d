import { expect, test } from 'vitest'
import { judgeChoice } from '../../../../client/views/classroom/poll-choice.ts'

test.each<[string, 'one' | 'several', number[] | null, number[] | string | null, ReturnType<typeof judgeChoice>]>([
  ['the one that is right', 'one', [1], [1], 'right'],
  ['one of two that are right, where one is to be chosen', 'one', [0, 1], [1], 'right'],
  ['another one', 'one', [1], [0], 'wrong'],
  ['all that are right', 'several', [0, 2], [0, 2], 'right'],
  ['some of those that are right', 'several', [0, 2], [2], 'partly'],
  ['all that are right and one more', 'several', [0, 2], [0, 1, 2], 'partly'],
  ['none that is right', 'several', [0, 2], [1], 'wrong'],
  ['something, before what is right is shown', 'one', null, [1], null],
  ['nothing', 'one', [1], null, null],
])('who chose %s in a quiz', (_, kind, right, myChoice, verdict) => {
  expect(judgeChoice({ kind, right, myChoice })).toBe(verdict)
})
