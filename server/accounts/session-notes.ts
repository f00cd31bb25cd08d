import { type RawBuilder, sql } from 'kysely'
import type { Store } from '../store/store.ts'

/** What is worth remembering of a session's use: when it was used, and how far its device has come in the log. */
export interface SessionNotes {
  /** "It is used now." */
  noteUse(sessionId: string): void
  /** "It is used now, and its device holds everything up to `cursor`"; at 0 a device holds nothing yet. */
  noteCursor(sessionId: string, cursor: number): void
  /** Writes what was noted. Throws when the store cannot take it; then it is still noted. */
  flush(): Promise<void>
}

/** Each the greatest that was noted, and 0 for nothing. */
interface Note {
  usedAt: number
  cursor: number
  syncedAt: number
}
type Noted = readonly [sessionId: string, note: Note]

/** Sessions in one statement. */
const FLUSH_SESSIONS_MAX = 200

/**
 * Notes are kept in memory and written in bulk, so that being used costs a session nothing. A crash
 * loses a few seconds of them, and a device only seems to be a little behind.
 */
export function createSessionNotes(store: Store, now: () => number): SessionNotes {
  const noted = new Map<string, Note>()

  function note(sessionId: string, { usedAt, cursor, syncedAt }: Note): void {
    const before = noted.get(sessionId) ?? { usedAt: 0, cursor: 0, syncedAt: 0 }
    noted.set(sessionId, {
      usedAt: Math.max(usedAt, before.usedAt),
      cursor: Math.max(cursor, before.cursor),
      syncedAt: Math.max(syncedAt, before.syncedAt),
    })
  }

  return {
    noteUse: (sessionId) => note(sessionId, { usedAt: now(), cursor: 0, syncedAt: 0 }),
    noteCursor: (sessionId, cursor) => note(sessionId, { usedAt: now(), cursor, syncedAt: cursor > 0 ? now() : 0 }),
    async flush() {
      while (noted.size > 0) {
        const some = [...noted].slice(0, FLUSH_SESSIONS_MAX)
        for (const [sessionId] of some) noted.delete(sessionId)
        try {
          await write(store, some)
        } catch (error) {
          for (const [sessionId, lost] of some) note(sessionId, lost)
          throw error
        }
      }
    },
  }
}

async function write(store: Store, notes: readonly Noted[]): Promise<void> {
  const ids = notes.map(([sessionId]) => sessionId)
  await store.db
    .updateTable('session')
    .set({
      cursor_seq: toGreatest('cursor_seq', notes, ({ cursor }) => cursor),
      last_seen_at: toGreatest('last_seen_at', notes, ({ usedAt }) => usedAt),
      synced_at: toGreatest('synced_at', notes, ({ syncedAt }) => syncedAt),
    })
    .where('id', 'in', ids)
    .execute()
}

/** What was noted where it is beyond what is stored: another process may have written something later. */
function toGreatest(column: string, notes: readonly Noted[], valueOf: (note: Note) => number): RawBuilder<number> {
  const stored = sql.ref(column)
  const cases = notes.map(([sessionId, note]) => {
    const value = valueOf(note)
    return sql`when id = ${sessionId} and coalesce(${stored}, 0) < ${value} then ${value}`
  })
  return sql<number>`case ${sql.join(cases, sql` `)} else ${stored} end`
}
