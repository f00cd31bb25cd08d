import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { Batch } from '../campus/batch.ts'
import type { Needs } from '../campus/needs.ts'
import type { ConversationTable, MessageTable } from '../store/schema.ts'
import { findOwn, needConversation } from './access.ts'

interface Target {
  conversationId: string
  messageId: string
}

export function needMessage(needs: Needs, userId: string, { conversationId, messageId }: Target): void {
  needConversation(needs, conversationId, userId)
  needs.messages.add(messageId)
}

type Found = { conversation: ConversationTable; message: MessageTable } | { refused: Refusal }

/** A message in a conversation that one is still in; otherwise why not. */
export function findMessage(batch: Batch, userId: string, { conversationId, messageId }: Target): Found {
  const conversation = findOwn(batch, conversationId, userId)
  if (conversation === undefined) return { refused: refusal('not_a_member') }
  const message = batch.messages.get(messageId)
  return message?.conversation_id === conversationId ? { conversation, message } : { refused: refusal('not_found') }
}

/** The same, of a message that one wrote. */
export function findOwnMessage(batch: Batch, userId: string, target: Target): Found {
  const found = findMessage(batch, userId, target)
  return 'refused' in found || found.message.author_id === userId ? found : { refused: refusal('not_author') }
}
