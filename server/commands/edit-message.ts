import { refusal } from '../../shared/protocol/errors.ts'
import { findOwnMessage, needMessage } from './own-message.ts'
import type { Rule } from './rule.ts'
import { checkText } from './text.ts'

export const editMessage: Rule<'message.edit'> = {
  needs: needMessage,
  decide(batch, userId, command) {
    const found = findOwnMessage(batch, userId, command)
    if ('refused' in found) return found.refused
    const { message } = found
    if (message.text === null) return refusal('message_deleted')
    const refused = checkText(command.text)
    if (refused !== undefined) return refused
    if (message.text !== command.text) batch.setMessage({ ...message, text: command.text, edited_at: batch.now })
    return undefined
  },
}
