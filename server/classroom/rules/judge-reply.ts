import { refuse, type ClassroomRefusal } from '../../../shared/classroom/errors.ts'
import type { StaffCommandOf } from '../../../shared/classroom/commands.ts'
import { toMessageFiles } from '../../campus/files.ts'
import type { ClassroomStaffTable, ReplyTable } from '../../store/schema.ts'
import { settleAnswered } from './answered.ts'
import type { StaffRule } from './rule.ts'
import { checkAnswer } from './text.ts'

export const judgeReply: StaffRule<'reply.judge'> = {
  needs(needs, { replyId }) {
    needs.replies.add(replyId)
  },
  decide(batch, me, command) {
    const reply = batch.findReply(command.replyId)
    if (reply === undefined) return refuse('not_found')
    const refused = checkJudgement(reply, me, command)
    if (refused !== undefined) return refused
    const { answers } = batch.countThread(reply.question_id)
    const { state = reply.state, endorsed, text = reply.text } = command
    batch.setReply({
      ...reply,
      state,
      text: state === 'withdrawn' ? null : text,
      files: state === 'withdrawn' ? null : reply.files,
      edited: text === reply.text ? reply.edited : 1,
      ...(endorsed !== undefined && { endorsed: endorsed ? 1 : 0 }),
    })
    settleAnswered(batch, reply.question_id, answers)
    return undefined
  },
}

/** Words are changed and taken back only by who wrote them; the rest is for all of staff. */
function checkJudgement(
  reply: ReplyTable,
  me: ClassroomStaffTable,
  { state, text }: StaffCommandOf<'reply.judge'>,
): ClassroomRefusal | undefined {
  if (reply.state === 'withdrawn') return refuse('thread_closed')
  if ((state === 'withdrawn' || text !== undefined) && reply.staff_id !== me.user_id) {
    return refuse('only_staff', 'Only who wrote an answer can change its text or withdraw it.')
  }
  return text === undefined ? undefined : checkAnswer(text, toMessageFiles(reply).length)
}
