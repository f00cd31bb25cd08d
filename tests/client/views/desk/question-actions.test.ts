import { expect, test } from 'vitest'
import type { QuestionView } from '../../../../client/data/classroom/views.ts'
import { DESK_KEYS } from '../../../../client/views/desk/desk-keys.ts'
import { toPlainAction } from '../../../../client/views/desk/action-words.ts'
import { listActions } from '../../../../client/views/desk/question-actions.ts'
import { toQuestion } from './question.ts'

const names = (more: Partial<QuestionView>, focusedId: string | null = null) =>
  listActions(toQuestion(1, more), focusedId).map(({ name }) => name)

test.each<[QuestionView['state'], string[]]>([
  ['shown', ['answer', 'aloud', 'focus', 'pin', 'merge', 'rephrase', 'hold', 'mute', 'dismiss']],
  ['held', ['approve', 'answer', 'merge', 'rephrase', 'dismiss']],
  ['rephrase', ['approve', 'answer', 'merge', 'dismiss']],
  ['dismissed', ['approve', 'answer']],
  ['merged', ['approve']],
  ['withdrawn', []],
  ['waiting', []],
])('a question that is %s can be: %s', (state, expected) => {
  expect(names({ state })).toEqual(expected)
})

test('a question is approved with its photo, or that is taken off it for good', () => {
  const photo = { source: 'server', width: 4, height: 3, preview: '', bytes: 9, description: '', sent: 1 } as const
  const labels = (more: Partial<QuestionView>) => listActions(toQuestion(1, more), null).map(({ label }) => label)
  expect(labels({ state: 'held', photo })).toEqual(expect.arrayContaining(['Approve with photo', 'Remove its photo …']))
  expect(labels({ state: 'held' })).toEqual(expect.not.arrayContaining(['Approve with photo', 'Remove its photo …']))
  expect(labels({ state: 'held' })).toContain('Approve')
})

test('what is on the projector can be taken off, and not be put there again', () => {
  expect(names({}, 'q1')).toContain('unfocus')
  expect(names({}, 'q1')).not.toContain('focus')
  expect(names({}, 'q2')).toContain('focus')
})

test('what was answered in text is not to be marked as answered aloud', () => {
  expect(names({ answered: 'text' })).not.toContain('aloud')
})

test('no key does two things at the desk', () => {
  const keys = DESK_KEYS.flatMap((shortcut) => shortcut.keys)
  expect(new Set(keys).size).toBe(keys.length)
})

test('an action that is there to be taken back takes itself back', () => {
  const aloud = toPlainAction('aloud', toQuestion(1, { answered: 'aloud' }))
  expect(aloud.action).toEqual({ type: 'question.mark', questionId: 'q1', answered: 'no' })
  expect(toPlainAction('pin', toQuestion(1, { pinned: true })).action).toMatchObject({ pinned: false })
  expect(toPlainAction('mute', toQuestion(1)).action).toMatchObject({ muted: true })
})
