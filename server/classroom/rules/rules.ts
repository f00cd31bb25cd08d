import { COSTS_TOKEN, type StudentCommand } from '../../../shared/classroom/commands.ts'
import { refuse, type ClassroomRefusal } from '../../../shared/classroom/errors.ts'
import type { ClassroomBatch } from '../classroom-batch.ts'
import type { ClassroomNeeds } from '../needs.ts'
import type { ClassroomEntry, StaffEntry, StudentEntry } from '../types.ts'
import { addStaff } from './add-staff.ts'
import { answerPoll } from './answer-poll.ts'
import { answerQuestion } from './answer-question.ts'
import { askQuestion } from './ask-question.ts'
import { castVote } from './cast-vote.ts'
import { createPoll } from './create-poll.ts'
import { editQuestion } from './edit-question.ts'
import { followUp } from './follow-up.ts'
import { judgeQuestion } from './judge-question.ts'
import { judgeReply } from './judge-reply.ts'
import { leaveStaff } from './leave-staff.ts'
import { markQuestion } from './mark-question.ts'
import { mergeQuestion } from './merge-question.ts'
import { postReply } from './post-reply.ts'
import { readQuestions } from './read-questions.ts'
import { removePhoto } from './remove-photo.ts'
import { removeStaff } from './remove-staff.ts'
import { retractVote } from './retract-vote.ts'
import type { StaffRule, StudentRule } from './rule.ts'
import { setClassroom } from './set-classroom.ts'
import { setFocus } from './set-focus.ts'
import { setPoll } from './set-poll.ts'
import { takeQuestionAway } from './take-question-away.ts'
import { withdrawQuestion } from './withdraw-question.ts'
import { withdrawReply } from './withdraw-reply.ts'

const STUDENT_RULES: { [Type in StudentCommand['type']]: StudentRule<Type> } = {
  'question.ask': askQuestion,
  'question.edit': editQuestion,
  'question.withdraw': withdrawQuestion,
  'vote.cast': castVote,
  'vote.retract': retractVote,
  'reply.follow-up': followUp,
  'reply.post': postReply,
  'reply.withdraw': withdrawReply,
  'poll.answer': answerPoll,
}

/**
 * What would do something else if it came once more after others: an edit its old text, a vote one that was taken back
 * since. Their ids are kept, which are random; what makes a row is known by that row.
 */
const NOTED: readonly StudentCommand['type'][] = ['question.edit', 'vote.cast', 'vote.retract']

type StaffCommand = StaffEntry['command']

const STAFF_RULES: { [Type in StaffCommand['type']]: StaffRule<Type> } = {
  'classroom.set': setClassroom,
  'question.judge': judgeQuestion,
  'question.mark': markQuestion,
  'question.merge': mergeQuestion,
  'photo.remove': removePhoto,
  'reply.answer': answerQuestion,
  'reply.judge': judgeReply,
  'focus.set': setFocus,
  'poll.create': createPoll,
  'poll.set': setPoll,
  'staff.read': readQuestions,
  'staff.add': addStaff,
  'staff.remove': removeStaff,
  'staff.leave': leaveStaff,
}

/** TypeScript cannot see that a command and the rule under its type belong together; the tables above say so. */
const studentRuleOf = (command: StudentCommand) => STUDENT_RULES[command.type] as StudentRule<StudentCommand['type']>
const staffRuleOf = (command: StaffCommand) => STAFF_RULES[command.type] as StaffRule<StaffCommand['type']>

/** Names what has to be loaded before `decideEntry` is asked. */
export function needEntry(needs: ClassroomNeeds, entry: ClassroomEntry): void {
  if (entry.by === 'staff') return staffRuleOf(entry.command).needs(needs, entry.command)
  if (entry.by === 'moderator') return takeQuestionAway.needs(needs, entry.command)
  studentRuleOf(entry.command).needs(needs, entry.command)
  if (NOTED.includes(entry.command.type)) needs.commands.add(entry.command.id)
  if (entry.tokenHash !== null) needs.tokens.add(entry.tokenHash)
}

/** Refuses a command, changing nothing, or changes the batch. */
export function decideEntry(batch: ClassroomBatch, entry: ClassroomEntry): ClassroomRefusal | undefined {
  if (entry.by === 'moderator') return takeQuestionAway.decide(batch, entry.command)
  return entry.by === 'staff' ? decideStaff(batch, entry) : decideStudent(batch, entry)
}

function decideStaff(batch: ClassroomBatch, { userId, command }: StaffEntry): ClassroomRefusal | undefined {
  const me = batch.staff.get(userId)
  return me?.removed === 0 ? staffRuleOf(command).decide(batch, me, command) : refuse('only_staff')
}

/** A command that is refused spends nothing; one that was done is done, with whatever token it comes again. */
function decideStudent(batch: ClassroomBatch, { command, tokenHash }: StudentEntry): ClassroomRefusal | undefined {
  const made = studentRuleOf(command).findMade?.(batch, command)
  if (made === 'taken') return refuse('id_taken')
  if (made === 'done' || batch.isDone(command.id)) return undefined
  const refused = decidePaid(batch, command, tokenHash)
  if (refused === undefined && NOTED.includes(command.type)) batch.noteDone(command.id)
  return refused
}

/** A token pays for one command, whose result is there from then on. */
function decidePaid(
  batch: ClassroomBatch,
  command: StudentCommand,
  tokenHash: string | null,
): ClassroomRefusal | undefined {
  const rule = studentRuleOf(command)
  const isFree = batch.classroom.issuer_public === null || !COSTS_TOKEN.includes(command.type)
  if (isFree) return rule.decide(batch, command)
  if (tokenHash === null) return refuse('token_needed')
  if (batch.findSpentToken(tokenHash) !== undefined) return refuse('token_spent')
  const refused = rule.decide(batch, command)
  if (refused === undefined) {
    batch.spendToken({ token_hash: tokenHash, classroom_id: batch.classroom.id, used_for: command.id })
  }
  return refused
}
