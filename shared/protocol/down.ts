import * as v from 'valibot'
import { logId, seq } from './fields.ts'
import { commandResult } from './results.ts'
import { row } from './rows.ts'

/**
 * Answers `hello`. What follows is either `live` or `behind`. A client of another epoch sends no
 * command before it has pulled: the server may have lost earlier ones, which have to go first.
 */
export const welcomeFrame = v.object({
  type: v.literal('welcome'),
  protocol: v.number(),
  epoch: v.string(),
  heartbeatMs: v.number(),
})
/** From here on every change the client may see comes as `rows`, beginning at its cursor. */
export const liveFrame = v.object({ type: v.literal('live'), log: logId })
/** Rows will not come any more. Pull until there is no more, then `resume`. */
export const behindFrame = v.object({ type: v.literal('behind'), log: logId })
/** All that the receiver may see of the changes after `from`, up to and with `to`. Apply only if `from` is your cursor. */
export const rowsFrame = v.object({ type: v.literal('rows'), log: logId, from: seq, to: seq, rows: v.array(row) })
/** Live: "between your cursor `from` and `to` there was nothing for you." Behind: `from` and `to` are null. */
export const pingFrame = v.object({
  type: v.literal('ping'),
  log: logId,
  from: v.nullable(seq),
  to: v.nullable(seq),
})
export const resultFrame = v.object({ type: v.literal('result'), result: commandResult })

export const downFrame = v.variant('type', [welcomeFrame, liveFrame, behindFrame, rowsFrame, pingFrame, resultFrame])
export type DownFrame = v.InferOutput<typeof downFrame>
