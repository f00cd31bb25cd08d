import * as v from 'valibot'
import { id, seq, timeMs } from '../protocol/fields.ts'
import { messageFile } from '../protocol/files.ts'
import { base64url, classroomCode, classroomId, randomId, reason } from './fields.ts'
import { photosChoice, questionPhoto } from './photos.ts'

/*
 * The rows of a classroom's log. Everybody in the classroom gets the same ones; staff get the texts that
 * are not shown too, and the rows `desk` and `staff`. No row, and no column behind it, says who asked.
 */

/** The one row of its kind: the classroom itself. */
export const classroomRow = v.object({
  type: v.literal('classroom'),
  seq,
  id: classroomId,
  title: v.string(),
  code: classroomCode,
  /** Questions are shown at once, held until staff approve them, or not taken. */
  mode: v.picklist(['open', 'approval', 'closed']),
  /** Questions and votes are taken from `opensAt` until `endsAt`; null has no such bound. */
  opensAt: v.nullable(timeMs),
  endsAt: v.nullable(timeMs),
  /** Until when threads take follow-ups and answers; null is for good. */
  threadsUntil: v.nullable(timeMs),
  /** The classroom takes one question in so many seconds; 0 is no slow mode. */
  slowSeconds: v.number(),
  answers: v.picklist(['staff', 'everyone']),
  /** Whether somebody may put a name under a question. Fixed at creation, but that it can be switched off. */
  names: v.boolean(),
  /** The issuer's public key (DER, SubjectPublicKeyInfo) where only a group's members may ask; else null. Fixed at creation. */
  issuer: v.nullable(base64url),
  /** What the projector shows: a question, a poll, or nothing in particular. */
  focusQuestionId: v.nullable(randomId),
  focusPollId: v.nullable(id),
  createdAt: timeMs,
  /** Whether questions may carry photos; servers of older versions leave it out, and take none. */
  photos: v.optional(photosChoice),
})

/** For staff: the words that hold a question, and the group to which the classroom is limited. */
export const deskRow = v.object({
  type: v.literal('desk'),
  seq,
  words: v.array(v.string()),
  groupId: v.nullable(id),
})

/** For staff: who answers here, and how far they have read. */
export const staffRow = v.object({
  type: v.literal('staff'),
  seq,
  userId: id,
  name: v.string(),
  role: v.picklist(['owner', 'staff']),
  readN: seq,
  removed: v.boolean(),
})

export const QUESTION_STATES = ['held', 'shown', 'rephrase', 'dismissed', 'merged', 'withdrawn'] as const
/**
 * `n` counts questions from 1. `text` and `name` are null but for staff unless the state is `shown`;
 * withdrawn they are null for all. So is `photo`, which is left out then, and where there is none; dismissed too. Every question's state is sent to all: so its asker learns of it
 * without being known, and everybody can count.
 */
export const questionRow = v.object({
  type: v.literal('question'),
  seq,
  id: randomId,
  n: seq,
  text: v.nullable(v.string()),
  name: v.nullable(v.string()),
  /** Rounded down to five minutes. */
  askedAt: timeMs,
  edited: v.boolean(),
  state: v.picklist(QUESTION_STATES),
  /** With `dismissed`. */
  reason: v.nullable(reason),
  /** What staff said to a `rephrase` or `dismissed`. */
  note: v.nullable(v.string()),
  /** With `merged`: the question that stands for it, which is never merged itself. */
  mergedInto: v.nullable(randomId),
  pinned: v.boolean(),
  answered: v.picklist(['no', 'text', 'aloud']),
  /** Its thread takes nothing more but of staff. */
  muted: v.boolean(),
  /** Its own votes and those of what was merged into it. */
  votes: v.number(),
  photo: v.optional(questionPhoto),
})

/** An answer or a follow-up in a question's thread; `asker` is whoever holds the question's receipt. */
export const replyRow = v.object({
  type: v.literal('reply'),
  seq,
  id,
  questionId: randomId,
  by: v.picklist(['staff', 'asker', 'someone']),
  /** With `staff`. */
  staffName: v.nullable(v.string()),
  /** Null but for staff unless it is `shown`; withdrawn it is null for all. */
  text: v.nullable(v.string()),
  /** Rounded down to five minutes. */
  at: timeMs,
  edited: v.boolean(),
  endorsed: v.boolean(),
  state: v.picklist(['shown', 'held', 'dismissed', 'withdrawn']),
  /** With `staff`, wherever the text is not null; left out where there are none. */
  files: v.optional(v.array(messageFile)),
})

export const POLL_KINDS = ['one', 'several', 'scale', 'words'] as const
/** `scale` is 1 to 5 and has the options `1` to `5`; `words` has no options. */
export const pollRow = v.object({
  type: v.literal('poll'),
  seq,
  id,
  kind: v.picklist(POLL_KINDS),
  question: v.string(),
  options: v.array(v.string()),
  state: v.picklist(['open', 'closed']),
  /** Whether all see the results while they come in, or when they are revealed. */
  results: v.picklist(['live', 'reveal']),
  revealed: v.boolean(),
  /** How many have answered. */
  answers: v.number(),
  /** An option or a word each; null, but for staff, until the results are for all to see. */
  counts: v.nullable(v.array(v.object({ option: v.string(), count: v.number() }))),
  /** Whether some of its options are right. */
  quiz: v.optional(v.boolean(), false),
  /** The places of those; null, but for staff, while it takes answers and until the results are for all to see. */
  right: v.optional(v.nullable(v.array(v.number())), null),
})

export const classroomLogRow = v.variant('type', [classroomRow, deskRow, staffRow, questionRow, replyRow, pollRow])

export type ClassroomRow = v.InferOutput<typeof classroomRow>
export type DeskRow = v.InferOutput<typeof deskRow>
export type StaffRow = v.InferOutput<typeof staffRow>
export type QuestionRow = v.InferOutput<typeof questionRow>
export type QuestionState = QuestionRow['state']
export type ReplyRow = v.InferOutput<typeof replyRow>
export type PollRow = v.InferOutput<typeof pollRow>
export type ClassroomLogRow = v.InferOutput<typeof classroomLogRow>
