import type { Observable } from 'dexie'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import type { OutboxEntry } from '../../sync/database.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { entriesOf, isWaiting } from '../outbox/pending.ts'
import type { Session } from '../session.ts'

/**
 * When the next message of somebody may come to a conversation in slow mode, in milliseconds since 1970 by the server's time: so
 * long after their last one there, and after what waits to be sent. 0 when they have written nothing there.
 */
export function toNextMessageAt(
  last: Pick<MessageRow, 'sentAt'> | undefined,
  entries: readonly OutboxEntry[],
  slowSeconds: number,
  now: number,
): number {
  const slowMs = slowSeconds * 1000
  const waiting = entriesOf(entries, 'message.send').filter(isWaiting)
  const after = last === undefined ? 0 : last.sentAt + slowMs
  return waiting.length === 0 ? after : Math.max(after, now) + waiting.length * slowMs
}

/** The same, as it changes. */
export function watchNextMessageAt(
  { db, account, now }: Session,
  conversationId: string,
  slowSeconds: number,
): Observable<number> {
  return liveQuery(async () => {
    const since = now() - slowSeconds * 1000
    const [entries, last] = await Promise.all([
      db.outbox.where({ conversationId }).toArray(),
      db.messages
        .where('[conversationId+sentAt]')
        .between([conversationId, since], [conversationId, Infinity])
        .reverse()
        .filter(({ authorId }) => authorId === account.userId)
        .first(),
    ])
    return toNextMessageAt(last, entries, slowSeconds, now())
  })
}
