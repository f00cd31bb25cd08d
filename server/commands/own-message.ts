import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { Batch, Needs } from '../log/batch.ts'
import type { MessageTable } from '../store/schema.ts'
import { findOwn, needConversation } from './access.ts'

interface Target {
  conversationId: string
  messageId: string
}

export function needMessage(needs: Needs, userId: string, { conversationId, messageId }: Target): void {
  needConversation(needs, conversationId, userId)
  needs.messages.add(messageId)
}

/** A message of one's own in a conversation that one is still in; otherwise why not. */
export function findOwnMessage(
  batch: Batch,
  userId: string,
  { conversationId, messageId }: Target,
): { message: MessageTable } | { refused: Refusal } {
  if (findOwn(batch, conversationId, userId) === undefined) return { refused: refusal('not_a_member') }
  const message = batch.messages.get(messageId)
  if (message?.conversation_id !== conversationId) return { refused: refusal('not_found') }
  return message.author_id === userId ? { message } : { refused: refusal('not_author') }
}
