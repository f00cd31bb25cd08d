import { liveQuery } from 'dexie'
import type { ClassroomDatabase } from './database.ts'

/** Calls back whenever something may have been written to be sent, by whichever tab. */
export function watchOutbox(db: ClassroomDatabase, listener: () => void): { unsubscribe(): void } {
  // A query for keys alone does not hear of rows whose key the database made.
  return liveQuery(() => db.outbox.toArray()).subscribe(() => listener())
}
