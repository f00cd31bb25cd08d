import { refusal } from '../../shared/protocol/errors.ts'
import type { Batch } from '../log/batch.ts'
import { findOwn, needConversation } from './access.ts'
import type { Rule } from './rule.ts'

export const read: Rule<'read'> = {
  needs: (needs, userId, { conversationId }) => needConversation(needs, conversationId, userId),
  decide(batch, userId, { conversationId, n }) {
    const conversation = findOwn(batch, conversationId, userId)
    if (conversation === undefined) return refusal('not_a_member')
    advanceReading(batch, conversationId, userId, Math.min(n, conversation.last_n))
    return undefined
  },
}

export function findReadN(batch: Batch, conversationId: string, userId: string): number {
  return batch.findReading(conversationId, userId)?.n ?? 0
}

/** A read position only moves forward. */
export function advanceReading(batch: Batch, conversationId: string, userId: string, n: number): void {
  if (n <= findReadN(batch, conversationId, userId)) return
  batch.setReading({ conversation_id: conversationId, user_id: userId, seq: 0, n })
}
