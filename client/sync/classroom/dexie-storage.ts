import { liveQuery } from 'dexie'
import { rowTable } from '../log/dexie-table.ts'
import { NOWHERE, type DevicePosition } from '../log/position.ts'
import { fromStoredLineage, toStoredLineage } from '../log/stored-lineage.ts'
import type { ClassroomDatabase } from './database.ts'
import type { ClassroomStorage, ClassroomTables } from './tables.ts'

/** A classroom in IndexedDB, shared by all its tabs. */
export function createDexieStorage(db: ClassroomDatabase): ClassroomStorage {
  const tables: ClassroomTables = {
    meta: rowTable(db.meta),
    classroom: rowTable(db.classroom),
    desk: rowTable(db.desk),
    staff: rowTable(db.staff),
    questions: rowTable(db.questions),
    replies: rowTable(db.replies),
    polls: rowTable(db.polls),
    outbox: rowTable(db.outbox),
    receipts: rowTable(db.receipts),
    votes: rowTable(db.votes),
    choices: rowTable(db.choices),
    tokens: rowTable(db.tokens),
    addEntry: (entry) => db.outbox.add(entry),
    getPosition: () => getPosition(db),
    async setPosition(position) {
      const { cursor, restoring } = position
      await db.meta.put({ key: 'position', epoch: '', cursor, restoring, lineage: toStoredLineage(position) })
    },
  }
  return {
    // Dexie keeps a transaction open across native awaits only for a function that is async itself.
    transact: (work) => db.transaction('rw', db.tables, async () => work(tables)),
    onOutboxChange(listener) {
      // A query for keys alone does not hear of rows whose key the database made.
      const subscription = liveQuery(() => db.outbox.toArray()).subscribe(() => listener())
      return () => subscription.unsubscribe()
    },
  }
}

async function getPosition(db: ClassroomDatabase): Promise<DevicePosition> {
  const stored = await db.meta.get('position')
  if (stored?.key !== 'position') return NOWHERE
  const { cursor, lineage, restoring } = stored
  return { cursor, next: null, ...fromStoredLineage(lineage, stored), restoring }
}
