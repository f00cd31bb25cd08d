import { liveQuery } from '../storage/live-query.ts'
import { rowTable, transactWithin, type Within } from '../log/dexie-table.ts'
import { NOWHERE, type DevicePosition } from '../log/position.ts'
import { fromStoredLineage, toStoredLineage } from '../log/stored-lineage.ts'
import type { ClassroomDatabase } from './database.ts'
import type { ClassroomStorage, ClassroomTables } from './tables.ts'

/** A classroom in IndexedDB, shared by all its tabs. */
export function createDexieStorage(db: ClassroomDatabase): ClassroomStorage {
  // What is being typed, and what files hold, waits for nothing.
  const outside = [db.drafts, db.contents, db.pieces].map(({ name }) => name)
  const scope = db.tables.filter(({ name }) => !outside.includes(name))
  return {
    transact: (work) => transactWithin(db, scope, (within) => work(createTables(db, within))),
    onOutboxChange(listener) {
      // A query for keys alone does not hear of rows whose key the database made. An answer may go once its files are whole.
      const subscription = liveQuery(() => Promise.all([db.outbox.toArray(), db.uploads.toArray()])).subscribe(() =>
        listener(),
      )
      return () => subscription.unsubscribe()
    },
  }
}

function createTables(db: ClassroomDatabase, within: Within): ClassroomTables {
  const meta = within(db.meta)
  const outbox = within(db.outbox)
  return {
    meta: rowTable(meta),
    classroom: rowTable(within(db.classroom)),
    desk: rowTable(within(db.desk)),
    staff: rowTable(within(db.staff)),
    questions: rowTable(within(db.questions)),
    replies: rowTable(within(db.replies)),
    polls: rowTable(within(db.polls)),
    outbox: rowTable(outbox),
    receipts: rowTable(within(db.receipts)),
    votes: rowTable(within(db.votes)),
    choices: rowTable(within(db.choices)),
    tokens: rowTable(within(db.tokens)),
    photos: rowTable(within(db.photos)),
    uploads: rowTable(within(db.uploads)),
    addEntry: (entry) => outbox.add(entry),
    getPosition: () => getPosition(meta),
    async setPosition(position) {
      const { cursor, restoring } = position
      await meta.put({ key: 'position', epoch: '', cursor, restoring, lineage: toStoredLineage(position) })
    },
  }
}

async function getPosition(meta: ClassroomDatabase['meta']): Promise<DevicePosition> {
  const stored = await meta.get('position')
  if (stored?.key !== 'position') return NOWHERE
  const { cursor, lineage, restoring } = stored
  return { cursor, next: null, ...fromStoredLineage(lineage, stored), restoring }
}
