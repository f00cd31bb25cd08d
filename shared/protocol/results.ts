import * as v from 'valibot'
import { errorCode } from './errors.ts'
import { seq } from './fields.ts'

/** As the client sent it: what is refused may be no UUID. */
const commandId = v.string()
const retryAfterMs = v.optional(v.number())

/**
 * The answer to one command. `slow_down` says after how long it is to be sent again: nothing behind it in its conversation is
 * taken before it. Accepted says the position in the log at which it took effect: a client
 * whose cursor has reached `seq` holds the rows. Rows themselves only ever come from the log.
 */
export const commandResult = v.variant('status', [
  v.object({ status: v.literal('accepted'), id: commandId, seq }),
  v.object({ status: v.literal('refused'), id: commandId, code: errorCode, message: v.string(), retryAfterMs }),
])
export type CommandResult = v.InferOutput<typeof commandResult>
