import * as v from 'valibot'
import { errorCode } from './errors.ts'
import { seq } from './fields.ts'

/** As the client sent it: what is refused may be no UUID. */
const commandId = v.string()

/**
 * The answer to one command. Accepted says the position in the log at which it took effect: a client
 * whose cursor has reached `seq` holds the rows. Rows themselves only ever come from the log.
 */
export const commandResult = v.variant('status', [
  v.object({ status: v.literal('accepted'), id: commandId, seq }),
  v.object({ status: v.literal('refused'), id: commandId, code: errorCode, message: v.string() }),
])
export type CommandResult = v.InferOutput<typeof commandResult>
