import { findOwnMessage, needMessage } from './own-message.ts'
import type { Rule } from './rule.ts'

/** The row stays as a tombstone: its text is gone, its place in the conversation is not. */
export const deleteMessage: Rule<'message.delete'> = {
  needs: needMessage,
  decide(batch, userId, command) {
    const found = findOwnMessage(batch, userId, command)
    if ('refused' in found) return found.refused
    if (found.message.text !== null) batch.setMessage({ ...found.message, text: null, edited_at: null })
    return undefined
  },
}
