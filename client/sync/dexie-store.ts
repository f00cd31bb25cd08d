import { Dexie, liveQuery } from 'dexie'
import type { ClientDatabase } from './database.ts'
import type { ConnectionState } from './log/connection-state.ts'
import { rowTable } from './log/dexie-table.ts'
import { NOWHERE, type DevicePosition } from './log/position.ts'
import { NO_NOTES } from './restore-notes.ts'
import { fromStored, toStored } from './position.ts'
import type { ClientStore, ClientTables, LiveTables } from './tables.ts'

/** The store of one account in IndexedDB, shared by all its tabs and the service worker. */
export function createDexieStore(db: ClientDatabase): ClientStore {
  const tables: ClientTables = {
    users: rowTable(db.users),
    conversations: rowTable(db.conversations),
    members: rowTable(db.members),
    messages: rowTable(db.messages),
    latest: rowTable(db.latest),
    revisions: rowTable(db.revisions),
    reactions: rowTable(db.reactions),
    mentions: rowTable(db.mentions),
    deliveries: rowTable(db.deliveries),
    seens: rowTable(db.seens),
    readings: rowTable(db.readings),
    settings: rowTable(db.settings),
    keptDrafts: rowTable(db.keptDrafts),
    preferences: rowTable(db.preferences),
    pictures: rowTable(db.pictures),
    outbox: rowTable(db.outbox),
    listMembers: (conversationId) =>
      db.members
        .where('[conversationId+userId]')
        .between(...allOf(conversationId))
        .toArray(),
    countMembers: (conversationId) =>
      db.members
        .where('[conversationId+userId]')
        .between(...allOf(conversationId))
        .count(),
    listMessagesAbove: (conversationId, n, limit) =>
      db.messages
        .where('[conversationId+n]')
        .between([conversationId, n], [conversationId, Dexie.maxKey], false)
        .limit(limit)
        .toArray(),
    async purgeConversation(conversationId) {
      const range = allOf(conversationId)
      for (const table of [db.messages, db.mentions]) {
        await table
          .where('[conversationId+n]')
          .between(...range)
          .delete()
      }
      for (const table of [db.members, db.deliveries, db.seens]) {
        await table
          .where('[conversationId+userId]')
          .between(...range)
          .delete()
      }
      for (const table of [db.revisions, db.reactions]) await table.where({ conversationId }).delete()
      for (const table of [db.conversations, db.latest, db.readings, db.settings, db.keptDrafts]) {
        await table.delete(conversationId)
      }
    },
    async getRestoreNotes() {
      const found = await db.meta.get('restore')
      return found?.key === 'restore' ? found.notes : NO_NOTES
    },
    async setRestoreNotes(notes) {
      await db.meta.put({ key: 'restore', notes })
    },
    async getPosition() {
      return (await findPosition(db)) ?? NOWHERE
    },
    async setPosition(position) {
      await db.meta.put(toStored(position))
    },
  }
  const live: LiveTables = {
    typists: rowTable(db.typists),
    presences: rowTable(db.presences),
    watches: rowTable(db.watches),
  }
  const liveScope = [db.typists, db.presences, db.watches]
  // Only what a transaction touches: a draft being typed waits for nothing.
  const scope = db.tables.filter(
    (table) => table.name !== 'drafts' && !liveScope.some(({ name }) => name === table.name),
  )
  return {
    // Dexie keeps a transaction open across native awaits only for a function that is async itself.
    transact: (work) => db.transaction('rw', scope, async () => work(tables)),
    transactLive: (work) => db.transaction('rw', liveScope, async () => work(live)),
    async setConnection(state: ConnectionState) {
      await db.meta.put({ key: 'connection', state })
    },
    onOutboxChange(listener) {
      // A query for keys alone does not hear of rows whose key the database made.
      const subscription = liveQuery(() => db.outbox.toArray()).subscribe(() => listener())
      return () => subscription.unsubscribe()
    },
    onWatchChange(listener) {
      const subscription = liveQuery(() => db.watches.toArray()).subscribe(() => listener())
      return () => subscription.unsubscribe()
    },
  }
}

/** Where a compound key begins with this. */
function allOf(conversationId: string) {
  return [
    [conversationId, Dexie.minKey],
    [conversationId, Dexie.maxKey],
  ] as const
}

async function findPosition(db: ClientDatabase): Promise<DevicePosition | undefined> {
  const found = await db.meta.get('position')
  return found?.key === 'position' ? fromStored(found) : undefined
}
