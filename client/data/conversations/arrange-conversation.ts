import { uuidv7 } from 'uuidv7'
import type { CommandOf } from '../../../shared/protocol/commands.ts'
import { MUTED_FOR_GOOD } from '../../../shared/protocol/rows.ts'
import { enqueue } from '../../sync/outbox.ts'
import type { Session } from '../session.ts'

const HOUR_MS = 60 * 60_000

/** For how long a conversation can be muted; `null` is for good. */
export const MUTE_CHOICES = [
  { label: 'For 1 hour', ms: HOUR_MS },
  { label: 'For 8 hours', ms: 8 * HOUR_MS },
  { label: 'For 1 week', ms: 7 * 24 * HOUR_MS },
  { label: 'For good', ms: null },
] as const
export type MuteChoice = (typeof MUTE_CHOICES)[number]

export function muteConversation(session: Session, conversationId: string, { ms }: MuteChoice): Promise<void> {
  return arrange(session, conversationId, { mutedUntil: ms === null ? MUTED_FOR_GOOD : session.now() + ms })
}

export function unmuteConversation(session: Session, conversationId: string): Promise<void> {
  return arrange(session, conversationId, { mutedUntil: null })
}

export function pinConversation(session: Session, conversationId: string, pinned: boolean): Promise<void> {
  return arrange(session, conversationId, { pinned })
}

/** Puts a conversation away until something new is said in it. */
export async function archiveConversation(session: Session, conversationId: string): Promise<void> {
  const latest = await session.db.latest.get(conversationId)
  await arrange(session, conversationId, { archivedN: latest?.n ?? 0 })
}

export function unarchiveConversation(session: Session, conversationId: string): Promise<void> {
  return arrange(session, conversationId, { archivedN: null })
}

/** Marks a conversation as unread, until it is next opened. */
export function markUnread(session: Session, conversationId: string): Promise<void> {
  return arrange(session, conversationId, { markedUnread: true })
}

type Arranging = Partial<Pick<CommandOf<'conversation.set'>, 'mutedUntil' | 'pinned' | 'archivedN' | 'markedUnread'>>

export function arrange({ db, clock }: Session, conversationId: string, fields: Arranging): Promise<void> {
  return enqueue(db, [{ type: 'conversation.set', id: uuidv7(), conversationId, ...fields }], clock.now())
}
