import type { Reason } from '../../../shared/classroom/reasons.ts'
import type { FileView } from '../messages/file-view.ts'
import type { ClassroomRow, PollRow, QuestionRow, QuestionState, ReplyRow } from '../../../shared/classroom/rows.ts'

/*
 * What the screens of a classroom show: the server's rows with what waits on this device laid over
 * them, so that online and offline look alike.
 */

export type Phase = 'open' | 'before' | 'ended' | 'closed'

export interface ClassroomView extends Omit<ClassroomRow, 'type' | 'seq'> {
  /** For staff; null for everybody else. */
  words: string[] | null
  groupId: string | null
  /** Whether questions are taken now: `before` it opens, `ended`, or `closed` by hand. */
  phase: Phase
  /** Whether threads take follow-ups and replies now. */
  threadsOpen: boolean
  /** Of the issuer's key, in base64url, where only a group's members may ask. */
  keyHash: string | null
}

export interface QuestionView {
  id: string
  /** Null while it is not on the server. */
  n: number | null
  /** One's own also where others do not see it. */
  text: string | null
  name: string | null
  /** Null while it is not on the server. */
  askedAt: number | null
  edited: boolean
  state: QuestionState | 'waiting'
  reason: Reason | null
  note: string | null
  mergedInto: string | null
  pinned: boolean
  answered: QuestionRow['answered']
  muted: boolean
  /** One's own vote that waits is counted. */
  votes: number
  mine: boolean
  voted: boolean
  /** Shown ones, of whomever. */
  replies: number
  /** Shown ones of staff. */
  answers: number
  /** The action that waits to be sent; `act` is one of staff. */
  waiting: 'ask' | 'edit' | 'withdraw' | 'vote' | 'act' | null
  /** Null where it has none, or one may not see it. */
  photo: PhotoView | null
  /** When what waits goes out, in milliseconds since 1970; null while that is open. */
  sendAfter: number | null
  /** Mine, and what became of it or its answers changed since it was last looked at. */
  news: boolean
}

/**
 * The photo of a question. One's own is shown from this device until all see it: then it is fetched as by everybody, for
 * whoever left it out would tell whose it is.
 */
export interface PhotoView {
  source: 'server' | 'own'
  width: number
  height: number
  /** A ThumbHash in base64. */
  preview: string
  bytes: number
  /** What is to be seen, for who does not see it; empty where nobody said it. */
  description: string
  /** How much of one's own the server has, from 0 to 1. */
  sent: number
}

export interface ReplyView {
  id: string
  by: ReplyRow['by']
  staffName: string | null
  /** Mine, and so mine to withdraw; of staff, written by the one who looks. */
  mine: boolean
  text: string | null
  /** Null while it is not on the server. */
  at: number | null
  edited: boolean
  endorsed: boolean
  state: ReplyRow['state'] | 'waiting'
  waiting: 'post' | 'withdraw' | 'act' | null
  /** Of staff; those of an answer that waits are on this device. */
  files: readonly FileView[]
}

export interface ThreadView {
  question: QuestionView
  replies: ReplyView[]
}

export interface PollView extends Omit<PollRow, 'type' | 'seq'> {
  /** What this browser answered, sent or waiting. */
  myChoice: number[] | string | null
  waiting: boolean
}

export interface Ledger {
  asked: number
  shown: number
  held: number
  rephrase: number
  merged: number
  withdrawn: number
  answered: number
  dismissed: { reason: Reason; count: number }[]
}

/** An action that the server refused: it stays until somebody tries it again or discards it. */
export interface RefusedView {
  entryId: string
  /** Such as "Your question", "Your answer with 2 files". */
  what: string
  /** Why, for a person to read. */
  sentence: string
  /** What was written, where something was. */
  text: string | null
  /** Whether it is a question with a photo, which may also be asked without. */
  hasPhoto: boolean
}

export interface VisitedView {
  id: string
  title: string
  lastVisitAt: number
}

/** A classroom that one staffs, for the list of conversations. */
export interface StaffedView {
  id: string
  /** Whether anything of it is on this device yet. */
  known: boolean
  title: string
  /** Whether one made it. */
  owned: boolean
  /** Questions that staff have not read. */
  unread: number
  held: number
  lastAt: number | null
  lastText: string | null
  phase: Phase
}
