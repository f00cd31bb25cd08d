import { refusal } from '../../shared/protocol/errors.ts'
import { needConversation } from './access.ts'
import { needDirect } from './contacts.ts'
import { eraseMessage } from './delete-message.ts'
import { isAtLeast, toActor } from './roles.ts'
import type { Rule } from './rule.ts'

/** Also where the moderator is not a member. What the message said is kept nowhere, not even with the act. */
export const takeMessageAway: Rule<'message.take-away'> = {
  needs(needs, userId, { conversationId, messageId }) {
    needConversation(needs, conversationId, userId)
    needs.messages.add(messageId)
    needDirect(needs, conversationId)
    needs.annotated.set(messageId, conversationId)
    needs.standings.add(userId)
    needs.audit = true
  },
  decide(batch, userId, { conversationId, messageId, reason }) {
    if (!isAtLeast(batch, userId, 'moderator')) return refusal('forbidden', 'Only moderators take messages away.')
    const message = batch.messages.get(messageId)
    if (message?.conversation_id !== conversationId) return refusal('not_found')
    if (message.text === null) return undefined
    eraseMessage(batch, message, { isTakenAway: true })
    batch.audit({
      ...{ actor: toActor(userId), act: 'message.take-away', subject: { kind: 'message', id: messageId } },
      detail: { conversationId, authorId: message.author_id, reason },
    })
    return undefined
  },
}
