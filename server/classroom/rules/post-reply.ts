import { refuse } from '../../../shared/classroom/errors.ts'
import { toFiveMinutes } from '../five-minutes.ts'
import { needThread } from '../needs.ts'
import { followMerges } from './merged.ts'
import { compareMade, type StudentRule } from './rule.ts'
import { checkReplyText } from './text.ts'
import { checkSpace, checkThread } from './thread.ts'

export const postReply: StudentRule<'reply.post'> = {
  needs(needs, { id, questionId }) {
    needThread(needs, questionId)
    needs.replies.add(id)
  },
  findMade: (batch, { id, receiptHash }) => compareMade(batch, batch.findAnyReply(id), receiptHash),
  decide(batch, { id, questionId, text, receiptHash }) {
    const { classroom } = batch
    if (classroom.answers !== 'everyone') return refuse('only_staff_answers')
    const asked = batch.findQuestion(questionId)
    const question = asked && followMerges(batch, asked)
    if (question?.state !== 'shown') return refuse('not_found')
    const refused = checkThread(batch, question, ['shown']) ?? checkReplyText(text) ?? checkSpace(batch, question)
    if (refused !== undefined) return refused
    // In a closed classroom nobody may be watching any more.
    const isHeld = classroom.mode !== 'open' || batch.isHeld(text)
    batch.setReply({
      id,
      classroom_id: classroom.id,
      question_id: question.id,
      seq: 0,
      author: 'someone',
      staff_id: null,
      receipt_hash: receiptHash,
      text,
      at: toFiveMinutes(batch.now),
      edited: 0,
      endorsed: 0,
      state: isHeld ? 'held' : 'shown',
      files: null,
    })
    return undefined
  },
}
