import { uuidv7 } from 'uuidv7'
import type { Command } from '../../../shared/protocol/commands.ts'
import type { ClientDatabase } from '../../sync/database.ts'
import { enqueue } from '../../sync/outbox.ts'
import { findMentions } from '../composing/find-mentions.ts'
import { toOutgoingText } from '../composing/outgoing-text.ts'
import type { Session } from '../session.ts'

/** Queues another text for a message, empty where it has files, in one transaction with forgetting that it was begun. */
export async function editMessage(
  session: Session,
  conversationId: string,
  messageId: string,
  typed: string,
): Promise<void> {
  const text = toOutgoingText(typed)
  const { db } = session
  if (text === '' && !(await carriesFiles(db, messageId))) return
  const mentioned = await findMentions(session, conversationId, text)
  await db.transaction('rw', db.outbox, db.edits, async () => {
    await queue(session, { type: 'message.edit', id: uuidv7(), conversationId, messageId, text, ...mentioned })
    await db.edits.delete(messageId)
  })
}

async function carriesFiles(db: ClientDatabase, messageId: string): Promise<boolean> {
  const [row, entry] = await Promise.all([db.messages.get(messageId), db.outbox.get({ id: messageId })])
  const sent = entry?.command.type === 'message.send' ? entry.command.files : undefined
  return (row?.files ?? sent ?? []).length > 0
}

/** Takes somebody's message away for everybody, as a moderator. */
export function takeMessageAway(
  session: Session,
  conversationId: string,
  messageId: string,
  reason: string,
): Promise<void> {
  return queue(session, { type: 'message.take-away', id: uuidv7(), conversationId, messageId, reason })
}

/** Deletes messages for everybody, all of them or none. */
export function deleteMessages(
  { db, clock }: Session,
  conversationId: string,
  messageIds: readonly string[],
): Promise<void> {
  const commands = messageIds.map((messageId): Command => ({
    ...{ type: 'message.delete', id: uuidv7(), conversationId, messageId },
  }))
  return enqueue(db, commands, clock.now())
}

/** Deletes messages for oneself alone, on all of one's devices, or brings them back. */
export function hideMessages(
  { db, clock }: Session,
  conversationId: string,
  messageIds: readonly string[],
  hidden: boolean,
): Promise<void> {
  const commands = messageIds.map((messageId): Command => ({
    ...{ type: 'message.hide', id: uuidv7(), conversationId, messageId, hidden },
  }))
  return enqueue(db, commands, clock.now())
}

/** Pins a message for everybody in the conversation, or takes it down. */
export function pinMessage(
  session: Session,
  conversationId: string,
  messageId: string,
  pinned: boolean,
): Promise<void> {
  return queue(session, { type: 'message.pin', id: uuidv7(), conversationId, messageId, pinned })
}

/** Puts an emoji of one's own under a message, or takes it away. */
export function setReaction(
  session: Session,
  conversationId: string,
  messageId: string,
  emoji: string,
  on: boolean,
): Promise<void> {
  return queue(session, { type: 'reaction.set', id: uuidv7(), conversationId, messageId, emoji, on })
}

function queue({ db, clock }: Session, command: Command): Promise<void> {
  return enqueue(db, [command], clock.now())
}
