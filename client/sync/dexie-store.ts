import { Dexie } from 'dexie'
import { liveQuery } from './storage/live-query.ts'
import type { ClientDatabase } from './database.ts'
import type { ConnectionState } from './log/connection-state.ts'
import { rowTable, transactWithin, type Within } from './log/dexie-table.ts'
import { NOWHERE, type DevicePosition } from './log/position.ts'
import { NO_NOTES } from './restore-notes.ts'
import { fromStored, toStored } from './position.ts'
import { toDroppedFiles } from './files/dropped-files.ts'
import type { ClientStore, ClientTables, LiveTables } from './tables.ts'

/** The store of one account in IndexedDB, shared by all its tabs and the service worker. */
export function createDexieStore(db: ClientDatabase): ClientStore {
  const liveScope = [db.typists, db.presences, db.watches]
  // Only what a transaction touches: a draft being typed waits for nothing, and nothing waits for a file being stored.
  const untouched = [db.drafts, db.edits, db.contents, db.pieces, db.keptOffline, ...liveScope].map(({ name }) => name)
  const scope = db.tables.filter(({ name }) => !untouched.includes(name))
  return {
    transact: (work) => transactWithin(db, scope, (within) => work(createTables(db, within))),
    transactLive: (work) => transactWithin(db, liveScope, (within) => work(createLiveTables(db, within))),
    async setConnection(state: ConnectionState) {
      await db.meta.put({ key: 'connection', state })
    },
    async findConnection() {
      const found = await db.meta.get('connection')
      return found?.key === 'connection' ? found.state : undefined
    },
    onOutboxChange(listener) {
      // A query for keys alone does not hear of rows whose key the database made. A message may go once its files are whole.
      const subscription = liveQuery(() => Promise.all([db.outbox.toArray(), db.uploads.toArray()])).subscribe(() =>
        listener(),
      )
      return () => subscription.unsubscribe()
    },
    onWatchChange(listener) {
      const subscription = liveQuery(() => db.watches.toArray()).subscribe(() => listener())
      return () => subscription.unsubscribe()
    },
  }
}

function createTables(db: ClientDatabase, within: Within): ClientTables {
  const conversations = within(db.conversations)
  const deliveries = within(db.deliveries)
  const departures = within(db.departures)
  const events = within(db.events)
  const hiddens = within(db.hiddens)
  const holes = within(db.holes)
  const keptDrafts = within(db.keptDrafts)
  const latest = within(db.latest)
  const members = within(db.members)
  const mentions = within(db.mentions)
  const messages = within(db.messages)
  const meta = within(db.meta)
  const outbox = within(db.outbox)
  const pictures = within(db.pictures)
  const preferences = within(db.preferences)
  const reactions = within(db.reactions)
  const readings = within(db.readings)
  const revisions = within(db.revisions)
  const seens = within(db.seens)
  const settings = within(db.settings)
  const standings = within(db.standings)
  const blocks = within(db.blocks)
  const requests = within(db.requests)
  const uploads = within(db.uploads)
  const droppedFiles = within(db.droppedFiles)
  const users = within(db.users)
  return {
    users: rowTable(users),
    conversations: rowTable(conversations),
    members: rowTable(members),
    messages: rowTable(messages),
    latest: rowTable(latest),
    revisions: rowTable(revisions),
    reactions: rowTable(reactions),
    events: rowTable(events),
    mentions: rowTable(mentions),
    deliveries: rowTable(deliveries),
    seens: rowTable(seens),
    readings: rowTable(readings),
    settings: rowTable(settings),
    keptDrafts: rowTable(keptDrafts),
    hiddens: rowTable(hiddens),
    preferences: rowTable(preferences),
    standings: rowTable(standings),
    blocks: rowTable(blocks),
    requests: rowTable(requests),
    pictures: rowTable(pictures),
    departures: rowTable(departures),
    uploads: rowTable(uploads),
    droppedFiles: rowTable(droppedFiles),
    holes: rowTable(holes),
    outbox: rowTable(outbox),
    listMembers: (conversationId) =>
      members
        .where('[conversationId+userId]')
        .between(...allOf(conversationId))
        .toArray(),
    countMembers: (conversationId) =>
      members
        .where('[conversationId+userId]')
        .between(...allOf(conversationId))
        .count(),
    listMessagesAbove: (conversationId, n, limit) =>
      messages
        .where('[conversationId+n]')
        .between([conversationId, n], [conversationId, Dexie.maxKey], false)
        .limit(limit)
        .toArray(),
    listMessagesBetween: (conversationId, after, before) =>
      messages
        .where('[conversationId+n]')
        .between(...between(conversationId, after, before))
        .toArray(),
    async removeMessagesBetween(conversationId, after, before) {
      const range = between(conversationId, after, before)
      const rows = await messages
        .where('[conversationId+n]')
        .between(...range)
        .toArray()
      if (rows.length === 0) return
      const ids = rows.map(({ id }) => id)
      await droppedFiles.bulkPut(rows.flatMap(toDroppedFiles))
      await messages.bulkDelete(ids)
      for (const table of [mentions, events])
        await table
          .where('[conversationId+n]')
          .between(...range)
          .delete()
      await reactions.where('messageId').anyOf(ids).delete()
      await revisions.where('messageId').anyOf(ids).delete()
    },
    async purgeConversation(conversationId) {
      const range = allOf(conversationId)
      const carrying = messages.where('[conversationId+n]').between(...range)
      await droppedFiles.bulkPut((await carrying.toArray()).flatMap(toDroppedFiles))
      for (const table of [messages, mentions, events]) {
        await table
          .where('[conversationId+n]')
          .between(...range)
          .delete()
      }
      await holes
        .where('[conversationId+before]')
        .between(...range)
        .delete()
      for (const table of [members, deliveries, seens]) {
        await table
          .where('[conversationId+userId]')
          .between(...range)
          .delete()
      }
      for (const table of [revisions, reactions, hiddens]) await table.where({ conversationId }).delete()
      for (const table of [conversations, latest, readings, settings, keptDrafts]) {
        await table.delete(conversationId)
      }
    },
    async getRestoreNotes() {
      const found = await meta.get('restore')
      return found?.key === 'restore' ? found.notes : NO_NOTES
    },
    async setRestoreNotes(notes) {
      await meta.put({ key: 'restore', notes })
    },
    async getPosition() {
      return (await findPosition(meta)) ?? NOWHERE
    },
    async setPosition(position) {
      await meta.put(toStored(position))
    },
  }
}

function createLiveTables(db: ClientDatabase, within: Within): LiveTables {
  return {
    typists: rowTable(within(db.typists)),
    presences: rowTable(within(db.presences)),
    watches: rowTable(within(db.watches)),
  }
}

/** Where the second part of a compound key lies between two numbers. */
function between(conversationId: string, after: number, before: number) {
  return [[conversationId, after], [conversationId, before], false, false] as const
}

/** Where a compound key begins with this. */
function allOf(conversationId: string) {
  return [
    [conversationId, Dexie.minKey],
    [conversationId, Dexie.maxKey],
  ] as const
}

async function findPosition(meta: ClientDatabase['meta']): Promise<DevicePosition | undefined> {
  const found = await meta.get('position')
  return found?.key === 'position' ? fromStored(found) : undefined
}
