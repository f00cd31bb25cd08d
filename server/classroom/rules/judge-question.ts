import { refuse } from '../../../shared/classroom/errors.ts'
import { needQuestionWithThread } from '../needs.ts'
import { takeApart } from './merged.ts'
import type { StaffRule } from './rule.ts'

export const judgeQuestion: StaffRule<'question.judge'> = {
  needs: (needs, { questionId }) => needQuestionWithThread(needs, questionId),
  decide(batch, _me, { questionId, state, reason, note }) {
    const question = batch.findQuestion(questionId)
    if (question === undefined) return refuse('not_found')
    // What it said is gone: by its asker, or by a moderator.
    if (question.state === 'withdrawn' || question.text === null) return refuse('thread_closed')
    if (state === 'dismissed' && reason === null) return refuse('reason_needed')
    const apart = takeApart(batch, question)
    batch.setQuestion({
      ...apart,
      state,
      // It is gone from the disk with that: who shows the question again shows it without.
      photo: state === 'dismissed' ? null : apart.photo,
      reason: state === 'dismissed' ? reason : null,
      note: (state === 'dismissed' || state === 'rephrase') && note !== '' ? note : null,
    })
    return undefined
  },
}
