import type { Batch } from '../campus/batch.ts'

/** Lets somebody into a conversation. What was said before is theirs to read, and nothing that they have missed. */
export function join(batch: Batch, conversationId: string, userId: string): void {
  batch.join(conversationId, userId)
  markAllRead(batch, conversationId, userId)
}

/** Whoever is new to a conversation begins at its end. */
export function markAllRead(batch: Batch, conversationId: string, userId: string): void {
  const n = batch.conversations.get(conversationId)?.last_n ?? 0
  if (n > 0) batch.setReading({ conversation_id: conversationId, user_id: userId, seq: 0, n })
}
