import { addConversation } from '../campus/needs.ts'
import { hasReceipts } from './access.ts'
import type { Rule } from './rule.ts'

/** Everything that gathered of a conversation. Whoever is not in it any more is left out, and so is everybody of a group that grew too large. */
export const publishReceipts: Rule<'receipts.publish'> = {
  needs(needs, _userId, { conversationId }) {
    addConversation(needs.conversations, conversationId)
    needs.unpublished.add(conversationId)
  },
  decide(batch, _userId, { conversationId }) {
    const conversation = batch.conversations.get(conversationId)
    if (conversation !== undefined && hasReceipts(conversation)) batch.publishReceipts(conversationId)
    return undefined
  },
}
