import { refuse } from '../../../shared/classroom/errors.ts'
import { needReceipt } from '../needs.ts'
import { hashReceipt } from '../receipt.ts'
import { countVotes } from './merged.ts'
import type { StudentRule } from './rule.ts'

/** Always possible. A vote that is not there was taken back before: of a receipt's vote nothing is left to tell. */
export const retractVote: StudentRule<'vote.retract'> = {
  needs(needs, { questionId, receipt }) {
    needs.questions.add(questionId)
    needReceipt(needs.votes, questionId, hashReceipt(receipt))
  },
  decide(batch, { questionId, receipt }) {
    const question = batch.findQuestion(questionId)
    if (question === undefined) return refuse('not_found')
    const vote = batch.findVote(questionId, hashReceipt(receipt))
    if (vote === undefined) return undefined
    batch.removeVote(vote)
    countVotes(batch, question, -1)
    return undefined
  },
}
