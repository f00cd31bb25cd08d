import { refuse } from '../../../shared/classroom/errors.ts'
import { needThread } from '../needs.ts'
import type { StaffRule } from './rule.ts'

export const markQuestion: StaffRule<'question.mark'> = {
  needs: (needs, { questionId }) => needThread(needs, questionId),
  decide(batch, _me, { questionId, pinned, answered, muted }) {
    const question = batch.findQuestion(questionId)
    if (question === undefined) return refuse('not_found')
    // Not answered aloud any more, it may still be in text.
    const unanswered = batch.countThread(questionId).answers > 0 ? 'text' : 'no'
    batch.setQuestion({
      ...question,
      ...(pinned !== undefined && { pinned: pinned ? 1 : 0 }),
      ...(answered !== undefined && { answered: answered === 'aloud' ? 'aloud' : unanswered }),
      ...(muted !== undefined && { muted: muted ? 1 : 0 }),
    })
    return undefined
  },
}
