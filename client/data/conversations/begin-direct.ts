import { uuidv7 } from 'uuidv7'
import type { Command } from '../../../shared/protocol/commands.ts'
import type { Session } from '../session.ts'

/** What begins the conversation with somebody; nothing when it is begun. */
export async function beginDirect(
  session: Session,
  conversationId: string,
  withUserId: string | null,
): Promise<Command[]> {
  if (withUserId === null || (await isBegun(session, conversationId))) return []
  return [{ type: 'direct.create', id: uuidv7(), conversationId, userId: withUserId }]
}

/** Whether there is such a conversation, or will be once what waits has gone out. */
export async function isBegun({ db }: Session, conversationId: string): Promise<boolean> {
  if ((await db.conversations.get(conversationId)) !== undefined) return true
  const entries = await db.outbox.where({ conversationId }).toArray()
  return entries.some(
    ({ command, state }) =>
      (command.type === 'direct.create' || command.type === 'group.create') && state.kind !== 'refused',
  )
}
