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
  // A log that was put back may lack the vote, which its browser then offers again, and this after it: what took back
  // nothing is not noted as done, or it could not take back that one.
  findMade(batch, { questionId, receipt }) {
    if (batch.findQuestion(questionId) === undefined) return undefined
    return batch.findVote(questionId, hashReceipt(receipt)) === undefined ? 'done' : undefined
  },
  decide(batch, { questionId, receipt }) {
    const question = batch.findQuestion(questionId)
    const vote = batch.findVote(questionId, hashReceipt(receipt))
    if (question === undefined || vote === undefined) return refuse('not_found')
    batch.removeVote(vote)
    countVotes(batch, question, -1)
    return undefined
  },
}
