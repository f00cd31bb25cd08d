import { uuidv7 } from 'uuidv7'
import { enqueue } from '../sync/outbox.ts'
import { readPositions } from './conversation-summary.ts'
import type { Session } from './session.ts'

/** How far one has read, with what still waits to be told to the server. */
export async function findReadPosition({ db }: Session, conversationId: string): Promise<number> {
  const [reading, entries] = await Promise.all([
    db.readings.get(conversationId),
    db.outbox.where({ conversationId }).toArray(),
  ])
  return readPositions(reading === undefined ? [] : [reading], entries).get(conversationId) ?? 0
}

/** Moves one's own read position forward; an older position changes nothing. */
export async function markRead(session: Session, conversationId: string, n: number): Promise<void> {
  if ((await findReadPosition(session, conversationId)) >= n) return
  await enqueue(session.db, [{ type: 'read', id: uuidv7(), conversationId, n }], session.now())
}
