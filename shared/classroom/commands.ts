import * as v from 'valibot'
import { id, seq, timeMs } from '../protocol/fields.ts'
import { fileDescription } from '../protocol/files.ts'
import { FILES_PER_MESSAGE_MAX } from '../protocol/limits.ts'
import {
  askerName,
  base64url,
  classroomTitle,
  note,
  pollWord,
  pollOption,
  randomId,
  reason,
  receipt,
  receiptHash,
  text,
  words,
} from './fields.ts'
import { POLL_OPTIONS_MAX, SLOW_SECONDS_MAX } from './limits.ts'
import { askedPhoto, photosChoice } from './photos.ts'
import { POLL_KINDS } from './rows.ts'

/*
 * What students can do: without an account, each in a request of its own. Sent twice, a command is
 * answered twice and done once, without its id being kept: what it makes has an id of the client's,
 * and what it changes is the same afterwards.
 */
/** The command's id is the question's. `photo` names what was uploaded for it, and is gone as an upload with that. */
export const askQuestion = v.object({
  type: v.literal('question.ask'),
  id: randomId,
  text,
  name: v.optional(v.nullable(askerName), null),
  photo: v.optional(askedPhoto),
  receiptHash,
})
export const editQuestion = v.object({
  type: v.literal('question.edit'),
  id: randomId,
  questionId: randomId,
  receipt,
  text,
})
/** Its text is gone; the row stays, so that everybody can count. */
export const withdrawQuestion = v.object({
  type: v.literal('question.withdraw'),
  id: randomId,
  questionId: randomId,
  receipt,
})
/** "I have the same question." The receipt of a vote follows from a secret of the browser's and the question, so a browser has one. */
export const castVote = v.object({ type: v.literal('vote.cast'), id: randomId, questionId: randomId, receiptHash })
export const retractVote = v.object({ type: v.literal('vote.retract'), id: randomId, questionId: randomId, receipt })
/** The asker says more; the receipt is the question's, also in the thread of what it was merged into. The command's id is the reply's. */
export const followUp = v.object({
  type: v.literal('reply.follow-up'),
  id: randomId,
  questionId: randomId,
  receipt,
  text,
})
/** Somebody else answers, where everyone may. The command's id is the reply's. */
export const postReply = v.object({
  type: v.literal('reply.post'),
  id: randomId,
  questionId: randomId,
  text,
  receiptHash,
})
/** The receipt is the reply's, or for a follow-up the question's. */
export const withdrawReply = v.object({ type: v.literal('reply.withdraw'), id: randomId, replyId: randomId, receipt })
/** Places of options, from 0. */
const places = v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.maxLength(POLL_OPTIONS_MAX))
/** Places of options, or for free words one word. */
export const answerPoll = v.object({
  type: v.literal('poll.answer'),
  id: randomId,
  pollId: id,
  receiptHash,
  choice: v.union([v.pipe(places, v.minLength(1)), pollWord]),
})
export const studentCommand = v.variant('type', [
  askQuestion,
  editQuestion,
  withdrawQuestion,
  castVote,
  retractVote,
  followUp,
  postReply,
  withdrawReply,
  answerPoll,
])
export type StudentCommand = v.InferOutput<typeof studentCommand>
export type StudentCommandOf<Type extends StudentCommand['type']> = Extract<StudentCommand, { type: Type }>

/** These cost a token where only a group's members may ask. */
export const COSTS_TOKEN: readonly StudentCommand['type'][] = ['question.ask', 'vote.cast', 'reply.post', 'poll.answer']

/**
 * A blind-signed token (RFC 9474, RSABSSA-SHA384-PSS-Randomized): the prepared message of 64 bytes,
 * 32 of them the random prefix, and the signature.
 */
export const token = v.object({ message: base64url, signature: base64url })
export type Token = v.InferOutput<typeof token>

/** What staff can do, with their account. A command sent twice is done once: its id is kept. */
export const setClassroom = v.object({
  type: v.literal('classroom.set'),
  id,
  title: v.optional(classroomTitle),
  mode: v.optional(v.picklist(['open', 'approval', 'closed'])),
  opensAt: v.optional(v.nullable(timeMs)),
  endsAt: v.optional(v.nullable(timeMs)),
  threadsUntil: v.optional(v.nullable(timeMs)),
  slowSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(SLOW_SECONDS_MAX))),
  answers: v.optional(v.picklist(['staff', 'everyone'])),
  /** Only false is taken: anonymity is made stricter, never weaker. */
  names: v.optional(v.boolean()),
  words: v.optional(words),
  photos: v.optional(photosChoice),
})
/** `shown` also takes a merged question apart again. `dismissed` needs a reason. */
export const judgeQuestion = v.object({
  type: v.literal('question.judge'),
  id,
  questionId: randomId,
  state: v.picklist(['shown', 'held', 'rephrase', 'dismissed']),
  reason: v.optional(v.nullable(reason), null),
  note: v.optional(v.nullable(note), null),
})
/** What is left out stays as it is. */
export const markQuestion = v.object({
  type: v.literal('question.mark'),
  id,
  questionId: randomId,
  pinned: v.optional(v.boolean()),
  answered: v.optional(v.picklist(['no', 'aloud'])),
  muted: v.optional(v.boolean()),
})
/** Votes add up, and every receipt follows. */
export const mergeQuestion = v.object({ type: v.literal('question.merge'), id, questionId: randomId, into: randomId })
/** Takes the photo off a question for good, and leaves the question as it is. */
export const removePhoto = v.object({ type: v.literal('photo.remove'), id, questionId: randomId })
/** A file that whoever answers has uploaded with their account. */
export const answerFile = v.object({ id, description: v.optional(fileDescription, '') })
/** The command's id is the reply's. With `files` the text may be empty. */
export const answerQuestion = v.object({
  type: v.literal('reply.answer'),
  id,
  questionId: randomId,
  text,
  files: v.optional(v.pipe(v.array(answerFile), v.maxLength(FILES_PER_MESSAGE_MAX, 'has too many files'))),
})
/** `text` only of staff's own answers. */
export const judgeReply = v.object({
  type: v.literal('reply.judge'),
  id,
  replyId: id,
  state: v.optional(v.picklist(['shown', 'dismissed', 'withdrawn'])),
  endorsed: v.optional(v.boolean()),
  text: v.optional(text),
})
/** What the projector shows. */
export const setFocus = v.object({
  type: v.literal('focus.set'),
  id,
  questionId: v.nullable(randomId),
  pollId: v.nullable(id),
})
/** The command's id is the poll's. */
export const createPoll = v.object({
  type: v.literal('poll.create'),
  id,
  kind: v.picklist(POLL_KINDS),
  question: classroomTitle,
  options: v.pipe(v.array(pollOption), v.maxLength(POLL_OPTIONS_MAX, 'has too many options')),
  results: v.picklist(['live', 'reveal']),
  /** Makes a quiz of one or several choices: the places of its right options. */
  right: v.optional(v.pipe(places, v.minLength(1, 'names no option'))),
})
export const setPoll = v.object({
  type: v.literal('poll.set'),
  id,
  pollId: id,
  state: v.optional(v.picklist(['open', 'closed'])),
  revealed: v.optional(v.boolean()),
})
/** "I have read up to and with question n." */
export const readQuestions = v.object({ type: v.literal('staff.read'), id, n: seq })
/** Only the owner adds and removes. Whoever is not the owner may remove themselves. */
export const addStaff = v.object({ type: v.literal('staff.add'), id, userId: id })
export const removeStaff = v.object({ type: v.literal('staff.remove'), id, userId: id })
export const staffCommand = v.variant('type', [
  setClassroom,
  judgeQuestion,
  markQuestion,
  mergeQuestion,
  removePhoto,
  answerQuestion,
  judgeReply,
  setFocus,
  createPoll,
  setPoll,
  readQuestions,
  addStaff,
  removeStaff,
])
export type StaffCommand = v.InferOutput<typeof staffCommand>
export type StaffCommandOf<Type extends StaffCommand['type']> = Extract<StaffCommand, { type: Type }>
