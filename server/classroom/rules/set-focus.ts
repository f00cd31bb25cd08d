import { refuse } from '../../../shared/classroom/errors.ts'
import type { StaffRule } from './rule.ts'

export const setFocus: StaffRule<'focus.set'> = {
  needs(needs, { questionId, pollId }) {
    if (questionId !== null) needs.questions.add(questionId)
    if (pollId !== null) needs.polls.add(pollId)
  },
  decide(batch, _me, { questionId, pollId }) {
    if (questionId !== null && batch.findQuestion(questionId) === undefined) return refuse('not_found')
    if (pollId !== null && batch.findPoll(pollId) === undefined) return refuse('not_found')
    batch.setClassroom({ focus_question_id: questionId, focus_poll_id: pollId })
    return undefined
  },
}
