import { needConversation } from './access.ts'
import type { Rule } from './rule.ts'

/** Takes back what somebody who deletes their account has under a message: also where they are no member any more. */
export const eraseReaction: Rule<'reaction.erase'> = {
  needs(needs, userId, { conversationId, messageId }) {
    needConversation(needs, conversationId, userId)
    needs.annotated.set(messageId, conversationId)
  },
  decide(batch, userId, { messageId }) {
    for (const reaction of batch.listAnnotations('reaction', messageId)) {
      if (reaction.userId === userId && reaction.emoji.length > 0) batch.setAnnotation({ ...reaction, emoji: [] })
    }
    return undefined
  },
}
