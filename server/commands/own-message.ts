import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { Batch } from '../campus/batch.ts'
import type { Needs } from '../campus/needs.ts'
import type { ConversationTable, MessageTable } from '../store/schema.ts'
import { findUnreached } from '../campus/withheld.ts'
import { findOwn, needConversation } from './access.ts'
import { needDirect } from './contacts.ts'

interface Target {
  conversationId: string
  messageId: string
}

export function needMessage(needs: Needs, userId: string, { conversationId, messageId }: Target): void {
  needConversation(needs, conversationId, userId)
  needs.messages.add(messageId)
  needDirect(needs, conversationId)
}

type Found = { conversation: ConversationTable; message: MessageTable } | { refused: Refusal }

/** A message in a conversation that one is still in; otherwise why not. */
export function findMessage(batch: Batch, userId: string, { conversationId, messageId }: Target): Found {
  const conversation = findOwn(batch, conversationId, userId)
  if (conversation === undefined) return { refused: refusal('not_a_member') }
  const message = batch.messages.get(messageId)
  if (message?.conversation_id !== conversationId) return { refused: refusal('not_found') }
  return findUnreached(message) === userId ? { refused: refusal('message_deleted') } : { conversation, message }
}

/** The same, of a message that one wrote. */
export function findOwnMessage(batch: Batch, userId: string, target: Target): Found {
  const found = findMessage(batch, userId, target)
  return 'refused' in found || found.message.author_id === userId ? found : { refused: refusal('not_author') }
}
