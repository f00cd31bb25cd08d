import * as v from 'valibot'
import { seq } from '../protocol/fields.ts'
import { classroomLogRow } from './rows.ts'

/*
 * A classroom's socket only tells: what a student does goes in requests of their own, so that no
 * connection joins two of them. The first frame up is `hello`; `resume` follows a pull.
 */
export const classroomUpFrame = v.variant('type', [
  v.object({ type: v.literal('hello'), protocol: v.number(), epoch: v.string(), cursor: seq }),
  v.object({ type: v.literal('resume'), cursor: seq }),
  v.object({ type: v.literal('pong') }),
])
export type ClassroomUpFrame = v.InferOutput<typeof classroomUpFrame>

/** `devices` is how many have the classroom open, all processes together. */
export const classroomDownFrame = v.variant('type', [
  v.object({
    type: v.literal('welcome'),
    protocol: v.number(),
    epoch: v.string(),
    head: seq,
    heartbeatMs: v.number(),
    devices: v.number(),
  }),
  /** All that changed after `from` up to `to`. Apply only if `from` is your cursor. */
  v.object({ type: v.literal('rows'), from: seq, to: seq, rows: v.array(classroomLogRow) }),
  /** Nothing comes any more until the client has pulled and resumed. */
  v.object({ type: v.literal('behind') }),
  v.object({ type: v.literal('ping'), head: seq, devices: v.number() }),
])
export type ClassroomDownFrame = v.InferOutput<typeof classroomDownFrame>
