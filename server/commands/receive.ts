import { refusal } from '../../shared/protocol/errors.ts'
import { findOwn, needConversation } from './access.ts'
import { advanceDelivery } from './receipts.ts'
import type { Rule } from './rule.ts'

export const receive: Rule<'receive'> = {
  needs(needs, userId, { positions }) {
    for (const { conversationId } of positions) {
      needConversation(needs, conversationId, userId)
      needs.receipts.add(conversationId)
    }
  },
  decide(batch, userId, { positions }) {
    const found = positions.map(({ conversationId, n }) => ({
      conversation: findOwn(batch, conversationId, userId),
      n,
    }))
    if (found.some(({ conversation }) => conversation === undefined)) return refusal('not_a_member')
    for (const { conversation, n } of found) {
      if (conversation !== undefined) advanceDelivery(batch, conversation, userId, Math.min(n, conversation.last_n))
    }
    return undefined
  },
}
