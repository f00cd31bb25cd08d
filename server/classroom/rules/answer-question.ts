import { refuse } from '../../../shared/classroom/errors.ts'
import { toFiveMinutes } from '../five-minutes.ts'
import { needThread } from '../needs.ts'
import { settleAnswered } from './answered.ts'
import { followMerges } from './merged.ts'
import type { StaffRule } from './rule.ts'
import { checkReplyText } from './text.ts'
import { checkSpace } from './thread.ts'

export const answerQuestion: StaffRule<'reply.answer'> = {
  needs(needs, { id, questionId }) {
    needThread(needs, questionId)
    needs.replies.add(id)
  },
  decide(batch, me, { id, questionId, text }) {
    if (batch.findAnyReply(id) !== undefined) return refuse('id_taken')
    const asked = batch.findQuestion(questionId)
    if (asked === undefined) return refuse('not_found')
    const question = followMerges(batch, asked)
    if (question.state === 'withdrawn') return refuse('thread_closed')
    const refused = checkReplyText(text) ?? checkSpace(batch, question)
    if (refused !== undefined) return refused
    const { answers } = batch.countThread(question.id)
    batch.setReply({
      id,
      classroom_id: batch.classroom.id,
      question_id: question.id,
      seq: 0,
      author: 'staff',
      staff_id: me.user_id,
      receipt_hash: null,
      text,
      at: toFiveMinutes(batch.now),
      edited: 0,
      endorsed: 0,
      state: 'shown',
    })
    settleAnswered(batch, question.id, answers)
    return undefined
  },
}
