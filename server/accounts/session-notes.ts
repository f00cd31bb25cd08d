import { type ExpressionBuilder, type ExpressionWrapper } from 'kysely'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { LAST_SEEN_EVERY_MS } from './session-life.ts'

/** What is worth remembering of a session's use: that it was used, and how far its device has come in the log. */
export interface SessionNotes {
  note(sessionId: string, cursor: number): void
  /** Writes what was noted. Throws when the store cannot take it; then it is still noted. */
  flush(): Promise<void>
}

/** Sessions in one statement. */
const FLUSH_SESSIONS_MAX = 200

/**
 * Notes are kept in memory and written in bulk, so that being used costs a session nothing. A crash
 * loses a few seconds of them, and a device only seems to be a little behind.
 */
export function createSessionNotes(store: Store, now: () => number): SessionNotes {
  const noted = new Map<string, number>()
  const note = (sessionId: string, cursor: number) =>
    void noted.set(sessionId, Math.max(cursor, noted.get(sessionId) ?? 0))
  return {
    note,
    async flush() {
      while (noted.size > 0) {
        const some = [...noted].slice(0, FLUSH_SESSIONS_MAX)
        for (const [sessionId] of some) noted.delete(sessionId)
        try {
          await write(store, some, now())
        } catch (error) {
          for (const [sessionId, cursor] of some) note(sessionId, cursor)
          throw error
        }
      }
    },
  }
}

async function write(store: Store, notes: readonly (readonly [string, number])[], now: number): Promise<void> {
  const ids = notes.map(([sessionId]) => sessionId)
  await store.db
    .updateTable('session')
    .set((session) => ({
      cursor_seq: toFurthest(session, notes),
      last_seen_at: session
        .case()
        .when('last_seen_at', '<=', now - LAST_SEEN_EVERY_MS)
        .then(now)
        .else(session.ref('last_seen_at'))
        .end(),
    }))
    .where('id', 'in', ids)
    .execute()
}

/** The noted cursor where it is ahead of the stored one: another process may have written a later one. */
function toFurthest(
  session: ExpressionBuilder<Schema, 'session'>,
  notes: readonly (readonly [string, number])[],
): ExpressionWrapper<Schema, 'session', number> {
  const [[firstId, firstCursor] = ['', 0], ...others] = notes
  const isAhead = (sessionId: string, cursor: number) =>
    session.and([session('id', '=', sessionId), session('cursor_seq', '<', cursor)])
  let cases = session.case().when(isAhead(firstId, firstCursor)).then(firstCursor)
  for (const [sessionId, cursor] of others) cases = cases.when(isAhead(sessionId, cursor)).then(cursor)
  return cases.else(session.ref('cursor_seq')).end()
}
