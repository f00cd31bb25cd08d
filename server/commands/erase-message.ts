import { refusal } from '../../shared/protocol/errors.ts'
import { needConversation } from './access.ts'
import { needDirect } from './contacts.ts'
import { eraseMessage as erase } from './delete-message.ts'
import type { Rule } from './rule.ts'

/** Deletes a message of somebody who deletes their account: also where they are no member any more. */
export const eraseMessage: Rule<'message.erase'> = {
  needs(needs, userId, { conversationId, messageId }) {
    needConversation(needs, conversationId, userId)
    needs.messages.add(messageId)
    needDirect(needs, conversationId)
    needs.annotated.set(messageId, conversationId)
  },
  decide(batch, userId, { messageId }) {
    const message = batch.messages.get(messageId)
    if (message?.author_id !== userId) return refusal('not_author')
    if (message.text !== null) erase(batch, message, { isTakenAway: message.taken_away === 1 })
    return undefined
  },
}
