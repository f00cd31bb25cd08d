import * as v from 'valibot'
import { errorCode } from './errors.ts'
import { id, lineageId, logId, seq, timeMs } from './fields.ts'
import { commandResult } from './results.ts'
import { liveRow, userRow } from './rows.ts'

/** The lineage of `to`: with the cursor the receiver keeps it. Empty from a server of version 2. */
const lineage = v.optional(lineageId, '')

/**
 * Answers `hello`. What follows is either `live` or `behind`. Unless the position that `hello` named is `known`, the
 * client sends no command before it has pulled: the log may have lost earlier ones, which go first. `epoch` is of version 2.
 */
export const welcomeFrame = v.object({
  type: v.literal('welcome'),
  protocol: v.number(),
  epoch: v.string(),
  heartbeatMs: v.number(),
  known: v.optional(v.boolean(), true),
})
/**
 * From here on every change the client may see comes as `rows`, beginning at its cursor: since version 5 `from` says which
 * one that is, for packed frames do not, and `lineage` in which lineage they are.
 */
export const liveFrame = v.object({
  type: v.literal('live'),
  log: logId,
  lineage: v.optional(lineageId),
  from: v.optional(seq),
})
/** Packed frames are of this lineage from here on. */
export const lineageFrame = v.object({ type: v.literal('lineage'), log: logId, lineage: lineageId })
/** Rows will not come any more. Pull until there is no more, then `resume`. */
export const behindFrame = v.object({ type: v.literal('behind'), log: logId })
/** All that the receiver may see of the changes after `from`, up to and with `to`. Apply only if `from` is your cursor. */
export const rowsFrame = v.object({
  type: v.literal('rows'),
  log: logId,
  lineage,
  from: seq,
  to: seq,
  rows: v.array(liveRow),
})
/** Live: "between your cursor `from` and `to` there was nothing for you." Behind: `from` and `to` are null. */
export const pingFrame = v.object({
  type: v.literal('ping'),
  log: logId,
  lineage,
  from: v.nullable(seq),
  to: v.nullable(seq),
})
/** The same, and needs no answer. */
export const beatFrame = v.object({ ...pingFrame.entries, type: v.literal('beat') })
export const resultFrame = v.object({ type: v.literal('result'), result: commandResult })
/** Somebody types in the watched conversation; it is over after `ttlMs`, or when a message of theirs comes. */
export const typistFrame = v.object({ type: v.literal('typist'), conversationId: id, userId: id, ttlMs: v.number() })
/**
 * How somebody watched is: there; away, with when they were last seen as far as that is known; or
 * unknown, when they or oneself do not let others know.
 */
export const presenceFrame = v.object({
  type: v.literal('presence'),
  userId: id,
  state: v.picklist(['there', 'away', 'unknown']),
  lastSeenAt: v.nullable(timeMs),
})
/** Somebody registered, or changed their name or picture, while the list of all people is watched. */
export const personFrame = v.object({ type: v.literal('person'), person: userRow })
/** A `typing` or `watch` frame was not taken. */
export const deniedFrame = v.object({
  type: v.literal('denied'),
  frame: v.picklist(['typing', 'watch']),
  code: errorCode,
  message: v.string(),
})

export const downFrame = v.variant('type', [
  welcomeFrame,
  liveFrame,
  lineageFrame,
  behindFrame,
  rowsFrame,
  pingFrame,
  beatFrame,
  resultFrame,
  typistFrame,
  presenceFrame,
  personFrame,
  deniedFrame,
])
export type DownFrame = v.InferOutput<typeof downFrame>
