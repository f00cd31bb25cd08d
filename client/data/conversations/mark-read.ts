import { uuidv7 } from 'uuidv7'
import type { OutboxEntry } from '../../sync/database.ts'
import { enqueue } from '../../sync/outbox.ts'
import { toArrangement } from './arrangement.ts'
import { arrange } from './arrange-conversation.ts'
import { readPositions } from './conversation-summary.ts'
import type { Session } from '../session.ts'

/** How far one has read, with what still waits to be sent to the server. */
export async function findReadPosition(session: Session, conversationId: string): Promise<number> {
  return toReadPosition(session, conversationId, await listEntries(session, conversationId))
}

/** Moves one's own read position forward, and takes away a mark set by hand; an older position moves nothing. */
export async function markRead(session: Session, conversationId: string, n: number): Promise<void> {
  const { db, now, clock } = session
  const entries = await listEntries(session, conversationId)
  const setting = await db.settings.get(conversationId)
  const { markedUnread } = toArrangement({ setting, entries, lastN: n, now: now() })
  const position = await toReadPosition(session, conversationId, entries)
  if (position < n) await enqueue(db, [{ type: 'read', id: uuidv7(), conversationId, n }], clock.now())
  else if (markedUnread) await arrange(session, conversationId, { markedUnread: false })
}

/** Moves it to the end: nothing here is unread any more. */
export async function markAllRead(session: Session, conversationId: string): Promise<void> {
  const latest = await session.db.latest.get(conversationId)
  await markRead(session, conversationId, latest?.n ?? 0)
}

function listEntries({ db }: Session, conversationId: string): Promise<OutboxEntry[]> {
  return db.outbox.where({ conversationId }).sortBy('position')
}

async function toReadPosition(
  { db }: Session,
  conversationId: string,
  entries: readonly OutboxEntry[],
): Promise<number> {
  const reading = await db.readings.get(conversationId)
  return readPositions(reading === undefined ? [] : [reading], entries).get(conversationId) ?? 0
}
