import { Dexie, liveQuery, type Table } from 'dexie'
import type { ClientDatabase, ConnectionState, LogPosition } from './database.ts'
import type { ClientStore, ClientTables, RowTable } from './tables.ts'

/** The store of one account in IndexedDB, shared by all its tabs and the service worker. */
export function createDexieStore(db: ClientDatabase, log: string): ClientStore {
  const tables: ClientTables = {
    users: rowTable(db.users),
    conversations: rowTable(db.conversations),
    members: rowTable(db.members),
    messages: rowTable(db.messages),
    latest: rowTable(db.latest),
    readings: rowTable(db.readings),
    outbox: rowTable(db.outbox),
    async purgeConversation(conversationId) {
      const range = [
        [conversationId, Dexie.minKey],
        [conversationId, Dexie.maxKey],
      ] as const
      await db.messages
        .where('[conversationId+n]')
        .between(...range)
        .delete()
      await db.members
        .where('[conversationId+userId]')
        .between(...range)
        .delete()
      await db.conversations.delete(conversationId)
      await db.latest.delete(conversationId)
      await db.readings.delete(conversationId)
    },
    async getPosition() {
      return (await findPosition(db)) ?? { key: 'position', log, epoch: '', cursor: 0, next: null }
    },
    async setPosition(position) {
      await db.meta.put(position)
    },
  }
  // Only what a transaction touches: a draft being typed waits for nothing.
  const scope = [db.meta, db.users, db.conversations, db.members, db.messages, db.latest, db.readings, db.outbox]
  return {
    // Dexie keeps a transaction open across native awaits only for a function that is async itself.
    transact: (work) => db.transaction('rw', scope, async () => work(tables)),
    async setConnection(state: ConnectionState) {
      await db.meta.put({ key: 'connection', state })
    },
    onOutboxChange(listener) {
      // A query for keys alone does not hear of rows whose key the database made.
      const subscription = liveQuery(() => db.outbox.toArray()).subscribe(() => listener())
      return () => subscription.unsubscribe()
    },
  }
}

async function findPosition(db: ClientDatabase): Promise<LogPosition | undefined> {
  const found = await db.meta.get('position')
  return found?.key === 'position' ? found : undefined
}

/** Dexie's own table does all of it; the wrapper only narrows its overloads to what sync uses. */
function rowTable<Row extends Insert, Key, Insert>(table: Table<Row, Key, Insert>): RowTable<Row, Key> {
  return {
    bulkGet: (keys) => table.bulkGet(keys),
    bulkPut: (rows) => table.bulkPut(rows),
    bulkDelete: (keys) => table.bulkDelete(keys),
    toArray: () => table.toArray(),
    clear: () => table.clear(),
  }
}
