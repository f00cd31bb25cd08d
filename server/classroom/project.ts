import * as v from 'valibot'
import { reason } from '../../shared/classroom/fields.ts'
import { POLL_WORDS_LISTED } from '../../shared/classroom/limits.ts'
import type { ClassroomRow, DeskRow, PollRow, QuestionRow, ReplyRow, StaffRow } from '../../shared/classroom/rows.ts'
import { toMessageFiles } from '../campus/files.ts'
import { toWords } from '../campus/words.ts'
import type { ClassroomStaffTable, ClassroomTable, PollTable, QuestionTable, ReplyTable } from '../store/schema.ts'
import { isInView } from './classroom-batch.ts'
import { toOptions, toRight } from './poll-options.ts'
import { mayHavePhoto, toQuestionPhoto } from './question-photo.ts'
import type { ClassroomAudience } from './types.ts'

/*
 * From what the tables hold to what a device is sent: the only module that decides who sees which text.
 * Everybody in the classroom gets the same; staff also get what is not shown, but nothing that was withdrawn.
 */

export function projectClassroom(record: ClassroomTable): ClassroomRow {
  const { id, seq, title, code, mode, answers } = record
  return {
    type: 'classroom',
    seq,
    id,
    title,
    code,
    mode,
    opensAt: record.opens_at,
    endsAt: record.ends_at,
    threadsUntil: record.threads_until,
    slowSeconds: record.slow_seconds,
    answers,
    names: record.names === 1,
    issuer: record.issuer_public,
    focusQuestionId: record.focus_question_id,
    focusPollId: record.focus_poll_id,
    createdAt: record.created_at,
    photos: record.photos,
  }
}

export function projectDesk(record: ClassroomTable): DeskRow {
  return { type: 'desk', seq: record.seq, words: toWords(record), groupId: record.group_id }
}

export function projectStaff({
  seq,
  user_id: userId,
  role,
  read_n: readN,
  removed,
  name,
}: ClassroomStaffTable & { name: string }): StaffRow {
  return { type: 'staff', seq, userId, name, role, readN, removed: removed === 1 }
}

export function projectQuestion(record: QuestionTable, audience: ClassroomAudience): QuestionRow {
  const isVisible = audience === 'staff' || record.state === 'shown'
  const photo = isVisible && mayHavePhoto(record) ? toQuestionPhoto(record) : undefined
  return {
    type: 'question',
    seq: record.seq,
    id: record.id,
    n: record.n,
    text: isVisible ? record.text : null,
    name: isVisible ? record.name : null,
    askedAt: record.asked_at,
    edited: record.edited === 1,
    state: record.state,
    reason: v.parse(v.nullable(reason), record.reason),
    note: record.note,
    mergedInto: record.merged_into,
    pinned: record.pinned === 1,
    answered: record.answered,
    muted: record.muted === 1,
    votes: record.votes,
    ...(photo !== undefined && { photo }),
  }
}

export interface ReplyWithThread extends ReplyTable {
  staff_name: string | null
  question_state: QuestionTable['state']
}

/** To everybody, an answer to a question that is not shown is held with it. */
export function projectReply(record: ReplyWithThread, audience: ClassroomAudience): ReplyRow {
  const isHeldBack = audience === 'everybody' && record.state === 'shown' && !isInView({ state: record.question_state })
  const state = isHeldBack ? 'held' : record.state
  const isVisible = audience === 'staff' || state === 'shown'
  const files = isVisible ? toMessageFiles(record) : []
  return {
    type: 'reply',
    seq: record.seq,
    id: record.id,
    questionId: record.question_id,
    by: record.author,
    staffName: record.author === 'staff' ? record.staff_name : null,
    text: isVisible ? record.text : null,
    at: record.at,
    edited: record.edited === 1,
    endorsed: record.endorsed === 1,
    state,
    ...(files.length > 0 && { files }),
  }
}

/** How often each choice was made, as the table keeps it. */
export type ChoiceCounts = readonly { choice: string; count: number }[]

export function projectPoll(record: PollTable, choices: ChoiceCounts, audience: ClassroomAudience): PollRow {
  const { seq, id, kind, question, state, results, answers } = record
  const revealed = record.revealed === 1
  const isVisible = audience === 'staff' || results === 'live' || revealed
  const right = toRight(record)
  // Whoever still may answer learns nothing of it, on whatever wire.
  const isRightVisible = audience === 'staff' || (isVisible && state === 'closed')
  return {
    type: 'poll',
    seq,
    id,
    kind,
    question,
    options: toOptions(record),
    state,
    results,
    revealed,
    answers,
    counts: isVisible ? toCounts(record, choices) : null,
    quiz: right !== null,
    right: isRightVisible ? right : null,
  }
}

/** A word is the same one however it was composed. */
function countWords(choices: ChoiceCounts): { option: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { choice, count } of choices) {
    const word = v.parse(v.string(), JSON.parse(choice)).normalize('NFC')
    counts.set(word, (counts.get(word) ?? 0) + count)
  }
  return Array.from(counts, ([option, count]) => ({ option, count }))
}

function toCounts(poll: PollTable, choices: ChoiceCounts): { option: string; count: number }[] {
  if (poll.kind === 'words') {
    return countWords(choices)
      .sort((one, other) => other.count - one.count || (one.option < other.option ? -1 : 1))
      .slice(0, POLL_WORDS_LISTED)
  }
  const made = choices.map(({ choice, count }) => ({
    indices: v.parse(v.array(v.number()), JSON.parse(choice)),
    count,
  }))
  return toOptions(poll).map((option, index) => ({
    option,
    count: made.reduce((sum, { indices, count }) => sum + (indices.includes(index) ? count : 0), 0),
  }))
}
