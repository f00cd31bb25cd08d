import { needQuestionWithThread } from '../needs.ts'
import { takeApart } from './merged.ts'
import { findOwnQuestion } from './own-question.ts'
import type { StudentRule } from './rule.ts'

/** Always possible: also when nothing else is any more. */
export const withdrawQuestion: StudentRule<'question.withdraw'> = {
  needs: (needs, { questionId }) => needQuestionWithThread(needs, questionId),
  decide(batch, command) {
    const found = findOwnQuestion(batch, command)
    if ('refused' in found) return found.refused
    if (found.question.state === 'withdrawn') return undefined
    const question = takeApart(batch, found.question)
    const nothing = { text: null, name: null, reason: null, note: null, photo: null }
    batch.setQuestion({ ...question, ...nothing, state: 'withdrawn' })
    return undefined
  },
}
