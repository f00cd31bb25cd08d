import { refuse } from '../../../shared/classroom/errors.ts'
import { needQuestionWithThread } from '../needs.ts'
import { takeApart } from './merged.ts'
import type { StaffRule } from './rule.ts'

export const judgeQuestion: StaffRule<'question.judge'> = {
  needs: (needs, { questionId }) => needQuestionWithThread(needs, questionId),
  decide(batch, _me, { questionId, state, reason, note }) {
    const question = batch.findQuestion(questionId)
    if (question === undefined) return refuse('not_found')
    if (question.state === 'withdrawn') return refuse('thread_closed')
    if (state === 'dismissed' && reason === null) return refuse('reason_needed')
    batch.setQuestion({
      ...takeApart(batch, question),
      state,
      reason: state === 'dismissed' ? reason : null,
      note: (state === 'dismissed' || state === 'rephrase') && note !== '' ? note : null,
    })
    return undefined
  },
}
