import * as v from 'valibot'
import type { command } from './commands.ts'
import { id, lineageId, logId, seq } from './fields.ts'
import { WATCHED_MAX } from './limits.ts'

/** The lineage in which the cursor was given; empty without one. */
const lineage = v.optional(lineageId, '')
/** Of version 2, which has no lineage. */
const epoch = v.optional(v.string(), '')

/**
 * The first frame on a socket. `account` is whose device it is: when the session is somebody else's, the
 * socket closes with 4401.
 */
export const helloFrame = v.object({
  type: v.literal('hello'),
  protocol: v.number(),
  account: id,
  log: logId,
  lineage,
  epoch,
  cursor: seq,
})
/** After `behind` and a pull: "I am at this cursor, go on from there." */
export const resumeFrame = v.object({ type: v.literal('resume'), log: logId, lineage, epoch, cursor: seq })
/**
 * One command, unchecked: the server checks it apart from the frame, so that a wrong command is
 * refused with a result and only a wrong frame closes the socket.
 */
export const commandFrame = v.object({ type: v.literal('command'), command: v.looseObject({ id: v.string() }) })
/** Answers a ping, and acknowledges all rows up to `cursor`, or once more up to the last one that was said. */
export const pongFrame = v.object({ type: v.literal('pong'), cursor: v.optional(seq) })
/** "Are you there?" The server answers with a ping at once. */
export const probeFrame = v.object({ type: v.literal('probe') })
/** "I am typing in this conversation." Never stored; answered only by `denied`, when it may not be said. */
export const typingFrame = v.object({ type: v.literal('typing'), conversationId: id })
/**
 * What is on the screen: the open conversation, whose typing is followed, and the people whose presence is
 * followed; and, with `people`, whether it is the
 * list of all people: then everybody who registers or changes their name comes as a `person`. Replaces what was watched before; nothing is watched on a new socket. Answered with a
 * `presence` of everybody in it, `away` a moment later than `there`; when it is `denied`, what was
 * watched before still is.
 */
export const watchFrame = v.object({
  type: v.literal('watch'),
  conversationId: v.nullable(id),
  userIds: v.pipe(v.array(id), v.maxLength(WATCHED_MAX, 'watches too many people')),
  people: v.optional(v.boolean()),
})

export const upFrame = v.variant('type', [
  helloFrame,
  resumeFrame,
  commandFrame,
  pongFrame,
  probeFrame,
  typingFrame,
  watchFrame,
])
export type UpFrame =
  | Exclude<v.InferOutput<typeof upFrame>, { type: 'command' }>
  | { type: 'command'; command: v.InferOutput<typeof command> }
