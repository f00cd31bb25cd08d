import * as v from 'valibot'
import { lineageId, seq } from '../protocol/fields.ts'
import { classroomLogRow } from './rows.ts'

/** The lineage in which the cursor was given; empty without one. */
const lineage = v.optional(lineageId, '')

/*
 * A classroom's socket only tells: what a student does goes in requests of their own, so that no
 * connection joins two of them. The first frame up is `hello`; `resume` follows a pull. `epoch` is of version 1.
 */
export const classroomUpFrame = v.variant('type', [
  v.object({
    type: v.literal('hello'),
    protocol: v.number(),
    lineage,
    epoch: v.optional(v.string(), ''),
    cursor: seq,
  }),
  v.object({ type: v.literal('resume'), lineage, cursor: seq }),
  v.object({ type: v.literal('pong') }),
  /** "Are you there?" The server answers with a ping at once. */
  v.object({ type: v.literal('probe') }),
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
  /** From here on every change comes as `rows`, beginning at the cursor. */
  v.object({ type: v.literal('live') }),
  /** All that changed after `from` up to `to`. Apply only if `from` is your cursor. */
  v.object({ type: v.literal('rows'), lineage, from: seq, to: seq, rows: v.array(classroomLogRow) }),
  /** Nothing comes any more until the client has pulled and resumed. */
  v.object({ type: v.literal('behind') }),
  /** To be answered with `pong`. Live: "between `from` and `to` there was nothing for you." Behind, and of version 1, both are null. */
  v.object({
    type: v.literal('ping'),
    head: seq,
    devices: v.number(),
    lineage,
    from: v.optional(v.nullable(seq), null),
    to: v.optional(v.nullable(seq), null),
  }),
])
export type ClassroomDownFrame = v.InferOutput<typeof classroomDownFrame>
