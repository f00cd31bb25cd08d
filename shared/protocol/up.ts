import * as v from 'valibot'
import type { command } from './commands.ts'
import { id, logId, seq } from './fields.ts'

/**
 * The first frame on a socket. `epoch` is empty on a device that never pulled. `account` is whose
 * device it is: when the session is somebody else's, the socket closes with 4401.
 */
export const helloFrame = v.object({
  type: v.literal('hello'),
  protocol: v.number(),
  account: id,
  log: logId,
  epoch: v.string(),
  cursor: seq,
})
/** After `behind` and a pull: "I am at this cursor, go on from there." */
export const resumeFrame = v.object({ type: v.literal('resume'), log: logId, epoch: v.string(), cursor: seq })
/**
 * One command, unchecked: the server checks it apart from the frame, so that a wrong command is
 * refused with a result and only a wrong frame closes the socket.
 */
export const commandFrame = v.object({ type: v.literal('command'), command: v.looseObject({ id: v.string() }) })
/** Answers a ping, and acknowledges all rows up to `cursor`. */
export const pongFrame = v.object({ type: v.literal('pong'), cursor: seq })
/** "Are you there?" The server answers with a ping at once. */
export const probeFrame = v.object({ type: v.literal('probe') })

export const upFrame = v.variant('type', [helloFrame, resumeFrame, commandFrame, pongFrame, probeFrame])
export type UpFrame =
  | Exclude<v.InferOutput<typeof upFrame>, { type: 'command' }>
  | { type: 'command'; command: v.InferOutput<typeof command> }
