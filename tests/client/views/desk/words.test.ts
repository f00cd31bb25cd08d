import { expect, test } from 'vitest'
import type { QuestionView } from '../../../../client/data/classroom/views.ts'
import { toFileName } from '../../../../client/ui/save-file.ts'
import { toStateWords } from '../../../../client/views/desk/state-words.ts'
import { toQuestion } from './question.ts'

const wordsOf = (more: Partial<QuestionView>) => toStateWords(toQuestion(1, more), (id) => (id === 'q7' ? 7 : null))

test('staff read what became of a question where it is not simply shown', () => {
  expect(wordsOf({})).toBeNull()
  expect(wordsOf({ state: 'held' })?.text).toBe('Held')
  expect(wordsOf({ state: 'dismissed', reason: 'off_topic' })?.text).toBe('Dismissed: off topic')
  expect(wordsOf({ state: 'merged', mergedInto: 'q7' })?.text).toBe('Merged into 7')
  expect(wordsOf({ state: 'merged', mergedInto: 'q8' })?.text).toBe('Merged')
})

test.each([
  ['Algorithms 2, week 6: shortest paths', 'algorithms-2-week-6-shortest-paths'],
  ['../../etc/passwd', 'etc-passwd'],
  ['Übung ﬁ 3', 'übung-fi-3'],
  ['हिन्दी', 'हिन्दी'],
  ['🎓!', 'classroom'],
])('the file of “%s” is called “%s”', (title, name) => {
  expect(toFileName(title)).toBe(name)
})
