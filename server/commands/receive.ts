import { refusal } from '../../shared/protocol/errors.ts'
import { findOwn, needConversation } from './access.ts'
import { advanceDelivery, needReceipts } from './receipts.ts'
import type { Rule } from './rule.ts'

export const receive: Rule<'receive'> = {
  needs(needs, userId, { positions }) {
    for (const { conversationId } of positions) {
      needConversation(needs, conversationId, userId)
      needReceipts(needs, conversationId, userId)
    }
  },
  decide(batch, userId, { positions }) {
    // A device tells of all at once, and may not have heard yet that it is out of one of them.
    const found = positions.flatMap(({ conversationId, n }) => {
      const conversation = findOwn(batch, conversationId, userId)
      return conversation === undefined ? [] : [{ conversation, n: Math.min(n, conversation.last_n) }]
    })
    if (found.length === 0) return refusal('not_a_member')
    for (const { conversation, n } of found) advanceDelivery(batch, conversation, userId, n)
    return undefined
  },
}
