import { toFiveMinutes } from '../five-minutes.ts'
import { needThread } from '../needs.ts'
import { hashFollowUp, hashReceipt } from '../receipt.ts'
import { followMerges } from './merged.ts'
import { findOwnQuestion } from './own-question.ts'
import { compareMade, type StudentRule } from './rule.ts'
import { checkReplyText } from './text.ts'
import { checkSpace, checkThread } from './thread.ts'

/** It goes into the thread of the question that stands for the asker's. Where that is not shown, it waits like it. */
export const followUp: StudentRule<'reply.follow-up'> = {
  needs(needs, { id, questionId }) {
    needThread(needs, questionId)
    needs.replies.add(id)
  },
  findMade: (batch, { id, receipt }) =>
    compareMade(batch, batch.findAnyReply(id), hashFollowUp(hashReceipt(receipt), id)),
  decide(batch, command) {
    const found = findOwnQuestion(batch, command)
    if ('refused' in found) return found.refused
    const question = followMerges(batch, found.question)
    const refused =
      checkThread(batch, found.question, ['shown', 'held', 'rephrase', 'merged']) ??
      checkThread(batch, question, ['shown', 'held', 'rephrase']) ??
      checkReplyText(command.text) ??
      checkSpace(batch, question)
    if (refused !== undefined) return refused
    const { id, text } = command
    const isHeld = question.state !== 'shown' || batch.isHeld(text)
    batch.setReply({
      id,
      classroom_id: batch.classroom.id,
      question_id: question.id,
      seq: 0,
      author: 'asker',
      staff_id: null,
      receipt_hash: hashFollowUp(found.question.receipt_hash, id),
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
