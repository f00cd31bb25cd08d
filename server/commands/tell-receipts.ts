import { addConversation } from '../campus/batch.ts'
import { tellsReceipts } from './access.ts'
import type { Rule } from './rule.ts'

/** Everything that gathered of a conversation. Whoever is not in it any more is not told of, nor anybody of a group that grew too large. */
export const tellReceipts: Rule<'receipts.tell'> = {
  needs(needs, _userId, { conversationId }) {
    addConversation(needs.conversations, conversationId)
    needs.untold.add(conversationId)
  },
  decide(batch, _userId, { conversationId }) {
    const conversation = batch.conversations.get(conversationId)
    if (conversation !== undefined && tellsReceipts(conversation)) batch.tellReceipts(conversationId)
    return undefined
  },
}
