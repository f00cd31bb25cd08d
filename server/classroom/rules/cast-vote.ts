import { refuse } from '../../../shared/classroom/errors.ts'
import { needReceipt } from '../needs.ts'
import { takesQuestions } from '../phase.ts'
import { countVotes, followMerges } from './merged.ts'
import { compareMade, type StudentRule } from './rule.ts'

export const castVote: StudentRule<'vote.cast'> = {
  needs(needs, { id, questionId, receiptHash }) {
    needs.questions.add(questionId)
    needReceipt(needs.votes, questionId, receiptHash, id)
  },
  findMade(batch, { id, questionId, receiptHash }) {
    const vote = batch.findAnyVote(id)
    return vote?.question_id === questionId ? compareMade(batch, vote, receiptHash) : vote && 'taken'
  },
  decide(batch, { id, questionId, receiptHash }) {
    if (!takesQuestions(batch.classroom, batch.now)) return refuse('closed')
    const question = batch.findQuestion(questionId)
    if (question === undefined || followMerges(batch, question).state !== 'shown') return refuse('not_found')
    if (batch.findVote(questionId, receiptHash) !== undefined) return refuse('already_voted')
    batch.addVote({ id, classroom_id: batch.classroom.id, question_id: questionId, receipt_hash: receiptHash })
    countVotes(batch, question, 1)
    return undefined
  },
}
