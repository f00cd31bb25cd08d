import { type RawBuilder, sql } from 'kysely'
import type { Store } from '../store/store.ts'
import { LAST_SEEN_EVERY_MS, toStep } from './session-life.ts'

/** What is worth remembering of a session's use: when it was used, and how far its device has come in the log. */
export interface SessionNotes {
  /** "It is used now." */
  noteUse(sessionId: string): void
  /** "It is used now, and its device holds everything up to `cursor`", or nothing yet. */
  noteCursor(sessionId: string, cursor: number, holdsSome: boolean): void
  /** What is noted of a session and not written yet. */
  find(sessionId: string): Readonly<Note> | undefined
  /** Writes what was noted before, and waits for what is being written. Throws when the store cannot take it; then it is still noted. */
  flush(): Promise<void>
}

/** Each the greatest that was noted, and 0 for nothing. Times are the beginnings of their steps. */
interface Note {
  usedAt: number
  cursor: number
  syncedAt: number
}
type Noted = readonly [sessionId: string, note: Note]

const NOTHING: Note = { usedAt: 0, cursor: 0, syncedAt: 0 }
/** Sessions in one statement. */
const FLUSH_SESSIONS_MAX = 500

/**
 * Notes are kept in memory and written in bulk, so that being used costs a session nothing. A crash
 * loses some minutes of them, and a device only seems to be a little behind.
 */
export function createSessionNotes(store: Store, now: () => number): SessionNotes {
  const noted = new Map<string, Note>()
  /** What was noted of a session last; one that only stays open is noted again when that is old. */
  const last = new Map<string, Note>()
  /** When all that was flushed so far is written. */
  let written = Promise.resolve()

  function note(sessionId: string, { usedAt, cursor, syncedAt }: Note): void {
    const before = noted.get(sessionId) ?? NOTHING
    noted.set(sessionId, {
      usedAt: Math.max(usedAt, before.usedAt),
      cursor: Math.max(cursor, before.cursor),
      syncedAt: Math.max(syncedAt, before.syncedAt),
    })
  }

  async function writeAll(due: Noted[]): Promise<void> {
    while (due.length > 0) {
      try {
        await write(store, due.slice(0, FLUSH_SESSIONS_MAX))
      } catch (error) {
        for (const [sessionId, unwritten] of due) note(sessionId, unwritten)
        throw error
      }
      due.splice(0, FLUSH_SESSIONS_MAX)
    }
  }

  return {
    noteUse: (sessionId) => note(sessionId, { ...NOTHING, usedAt: toStep(now()) }),
    noteCursor(sessionId, cursor, holdsSome) {
      const time = toStep(now())
      const before = last.get(sessionId)
      const isKnown = before?.cursor === cursor && (before.syncedAt > 0 || !holdsSome)
      if (isKnown && time - before.usedAt < LAST_SEEN_EVERY_MS) return
      const one = { usedAt: time, cursor, syncedAt: holdsSome ? time : 0 }
      last.set(sessionId, one)
      note(sessionId, one)
    },
    find: (sessionId) => noted.get(sessionId),
    flush() {
      for (const [sessionId, { usedAt }] of last) if (now() - usedAt >= LAST_SEEN_EVERY_MS) last.delete(sessionId)
      const due = [...noted]
      // What is noted from here on waits for the next time: written as it is noted, it would be dated by that.
      noted.clear()
      written = written.catch(() => undefined).then(() => writeAll(due))
      return written
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

/**
 * What was noted where it is beyond what is stored: another process may have written something later. Most devices hold all
 * of the log, and were here in this step: one case for all of them.
 */
function toGreatest(column: string, notes: readonly Noted[], valueOf: (note: Note) => number): RawBuilder<number> {
  const stored = sql.ref<number>(column)
  const idsOf = new Map<number, string[]>()
  for (const [sessionId, note] of notes) {
    const ids = idsOf.get(valueOf(note)) ?? []
    idsOf.set(valueOf(note), ids)
    ids.push(sessionId)
  }
  const cases = [...idsOf].map(([value, ids]) => {
    const isBeyond = sql`coalesce(${stored}, 0) < ${value}`
    return idsOf.size === 1
      ? sql`when ${isBeyond} then ${value}`
      : sql`when ${isBeyond} and id in (${sql.join(ids)}) then ${value}`
  })
  return sql<number>`case ${sql.join(cases, sql` `)} else ${stored} end`
}
