import { uuidv7 } from 'uuidv7'
import { enqueue } from '../sync/outbox.ts'
import { toOutgoingText } from './outgoing-text.ts'
import type { Session } from './session.ts'

export async function editMessage(
  { db, now }: Session,
  conversationId: string,
  messageId: string,
  typed: string,
): Promise<void> {
  const text = toOutgoingText(typed)
  if (text === '') return
  await enqueue(db, [{ type: 'message.edit', id: uuidv7(), conversationId, messageId, text }], now())
}

export async function deleteMessage({ db, now }: Session, conversationId: string, messageId: string): Promise<void> {
  await enqueue(db, [{ type: 'message.delete', id: uuidv7(), conversationId, messageId }], now())
}
