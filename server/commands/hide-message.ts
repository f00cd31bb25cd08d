import { addPair } from '../campus/needs.ts'
import { findMessage, needMessage } from './own-message.ts'
import type { Rule } from './rule.ts'

/** Nobody else hears of it, and the message stays as it is. Also what was deleted for everybody can be put out of one's sight. */
export const hideMessage: Rule<'message.hide'> = {
  needs(needs, userId, command) {
    needMessage(needs, userId, command)
    addPair(needs.hidden, command.conversationId, userId)
  },
  decide(batch, userId, command) {
    const found = findMessage(batch, userId, command)
    if ('refused' in found) return found.refused
    const { conversationId: conversation_id, messageId: message_id, hidden } = command
    if (batch.isHidden(message_id, userId) === hidden) return undefined
    batch.setHidden({ user_id: userId, conversation_id, message_id, seq: 0, hidden: hidden ? 1 : 0 })
    return undefined
  },
}
