import { refuse } from '../../../shared/classroom/errors.ts'
import { toFilesColumn } from '../../campus/files.ts'
import { findAnswerFiles } from '../answer-files.ts'
import { toFiveMinutes } from '../five-minutes.ts'
import { needThread } from '../needs.ts'
import { settleAnswered } from './answered.ts'
import { followMerges } from './merged.ts'
import type { StaffRule } from './rule.ts'
import { checkAnswer } from './text.ts'
import { checkSpace } from './thread.ts'

export const answerQuestion: StaffRule<'reply.answer'> = {
  needs(needs, { id, questionId, files = [] }) {
    needThread(needs, questionId)
    needs.replies.add(id)
    for (const file of files) needs.files.add(file.id)
  },
  decide(batch, me, command) {
    const { id, questionId, text } = command
    if (batch.findAnyReply(id) !== undefined) return refuse('id_taken')
    const asked = batch.findQuestion(questionId)
    if (asked === undefined) return refuse('not_found')
    const question = followMerges(batch, asked)
    if (question.state === 'withdrawn') return refuse('thread_closed')
    const found = findAnswerFiles(batch, me.user_id, command)
    if ('refused' in found) return found.refused
    const refused = checkAnswer(text, found.files.length) ?? checkSpace(batch, question)
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
      files: toFilesColumn(found.files),
    })
    settleAnswered(batch, question.id, answers)
    return undefined
  },
}
