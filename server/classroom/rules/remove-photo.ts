import { refuse } from '../../../shared/classroom/errors.ts'
import type { StaffRule } from './rule.ts'

/** For good: what was not fit to be shown, or tells who asks, need not take the question along. */
export const removePhoto: StaffRule<'photo.remove'> = {
  needs(needs, { questionId }) {
    needs.questions.add(questionId)
  },
  decide(batch, _me, { questionId }) {
    const question = batch.findQuestion(questionId)
    if (question === undefined) return refuse('not_found')
    if (question.photo !== null) batch.setQuestion({ ...question, photo: null })
    return undefined
  },
}
