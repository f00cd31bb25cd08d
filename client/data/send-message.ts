import { uuidv7 } from 'uuidv7'
import type { Command } from '../../shared/protocol/commands.ts'
import { enqueue, sendAgain } from '../sync/outbox.ts'
import { toOutgoingText } from './outgoing-text.ts'
import type { Session } from './session.ts'

/** Queues a message. The first one to a person also begins their conversation. */
export async function sendMessage(
  session: Session,
  conversationId: string,
  typed: string,
  withUserId: string | null,
): Promise<void> {
  const { db, now } = session
  const text = toOutgoingText(typed)
  if (text === '') return
  const send: Command = { type: 'message.send', id: uuidv7(), conversationId, text, writtenAt: now() }
  const begin = withUserId === null || (await isBegun(session, conversationId)) ? [] : [beginWith(conversationId, withUserId)]
  await enqueue(db, [...begin, send], now())
}

/** Sends a refused message once more with another text. */
export async function sendRewritten(session: Session, messageId: string, typed: string): Promise<void> {
  const entry = await session.db.outbox.get({ id: messageId })
  const text = toOutgoingText(typed)
  if (entry?.command.type !== 'message.send' || text === '') return
  await sendAgain(session.db, messageId, { ...entry.command, text })
}

function beginWith(conversationId: string, userId: string): Command {
  return { type: 'direct.create', id: uuidv7(), conversationId, userId }
}

async function isBegun({ db }: Session, conversationId: string): Promise<boolean> {
  if ((await db.conversations.get(conversationId)) !== undefined) return true
  const entries = await db.outbox.where({ conversationId }).toArray()
  return entries.some(({ command, state }) => command.type === 'direct.create' && state.kind !== 'refused')
}
