import { coalesce } from '../../client/sync/coalesce.ts'
import type { Watch } from '../../client/sync/database.ts'
import type { ConnectionState } from '../../client/sync/log/connection-state.ts'
import type { RowTable } from '../../client/sync/log/kind.ts'
import { NOWHERE, type DevicePosition } from '../../client/sync/log/position.ts'
import { NO_NOTES, type RestoreNotes } from '../../client/sync/restore-notes.ts'
import { conversationOf } from '../../client/sync/outbox.ts'
import type { ClientStore, ClientTables, LiveTables } from '../../client/sync/tables.ts'
import type { Command } from '../../shared/protocol/commands.ts'
import { createJournal, createTable, type Journal, type MemoryTable } from './memory-table.ts'

type InMemory<Tables> = {
  [
    Name in keyof Tables as Tables[Name] extends RowTable<infer _Row, infer _Key> ? Name : never
  ]: Tables[Name] extends RowTable<infer Row, infer Key> ? MemoryTable<Row, Key> : never
}

/** What one device has stored: it outlives the app, as IndexedDB outlives a tab. */
export interface Disk extends InMemory<ClientTables>, InMemory<LiveTables> {
  position: DevicePosition
  restoreNotes: RestoreNotes
  connection: ConnectionState
  listeners: Set<() => void>
  watchListeners: Set<() => void>
  journal: Journal
  liveJournal: Journal
}

export function createDisk(): Disk {
  const journal = createJournal()
  const liveJournal = createJournal()
  return {
    users: createTable(journal, (row) => row.id),
    conversations: createTable(journal, (row) => row.id),
    members: createTable(journal, (row) => memberKey(row.conversationId, row.userId)),
    messages: createTable(
      journal,
      (row) => row.id,
      (row) => `${row.conversationId},${row.n}`,
    ),
    latest: createTable(journal, (row) => row.conversationId),
    revisions: createTable(journal, (row) => `${row.messageId},${row.k}`),
    reactions: createTable(journal, (row) => `${row.messageId},${row.userId}`),
    mentions: createTable(journal, (mention) => `${mention.conversationId},${mention.n}`),
    deliveries: createTable(journal, (row) => memberKey(row.conversationId, row.userId)),
    seens: createTable(journal, (row) => memberKey(row.conversationId, row.userId)),
    readings: createTable(journal, (row) => row.conversationId),
    settings: createTable(journal, (row) => row.conversationId),
    keptDrafts: createTable(journal, (row) => row.conversationId),
    preferences: createTable(journal, (row) => row.type),
    pictures: createTable(journal, (picture) => picture.id),
    outbox: createTable(
      journal,
      (entry) => String(entry.position),
      (entry) => entry.id,
    ),
    typists: createTable(liveJournal, (typist) => memberKey(typist.conversationId, typist.userId)),
    presences: createTable(liveJournal, (presence) => presence.userId),
    watches: createTable(liveJournal, (watch) => watch.tab),
    position: NOWHERE,
    restoreNotes: NO_NOTES,
    connection: { kind: 'connecting' },
    listeners: new Set(),
    watchListeners: new Set(),
    journal,
    liveJournal,
  }
}

export function memberKey(conversationId: string, userId: string): string {
  return `${conversationId},${userId}`
}

/**
 * A client store over a disk. One transaction runs at a time, and what one wrote that throws is
 * undone; none waits for the outside, so nothing can end a device's power in the middle of one. Once
 * `isOn` says no, nothing is read or written any more: whatever still runs of an app that was killed
 * waits for ever.
 */
export function createMemoryStore(disk: Disk, isOn: () => boolean): ClientStore & { tables: ClientTables } {
  const never = () => new Promise<never>(() => undefined)
  /** Removes what a conversation left in a table. */
  const purge = async <Row extends { conversationId: string }, Key>(
    table: MemoryTable<Row, Key>,
    keyOf: (row: Row) => Key,
    conversationId: string,
  ) => {
    const gone = (await table.toArray()).filter((row) => row.conversationId === conversationId)
    await table.bulkDelete(gone.map(keyOf))
  }
  const listOf = (conversationId: string) =>
    [...disk.messages.rows.values()].filter((row) => row.conversationId === conversationId)
  const tables: ClientTables = {
    ...disk,
    listMembers: async (conversationId) =>
      [...disk.members.rows.values()].filter((row) => row.conversationId === conversationId),
    countMembers: async (conversationId) =>
      [...disk.members.rows.values()].filter((row) => row.conversationId === conversationId).length,
    listMessagesAbove: async (conversationId, n, limit) =>
      listOf(conversationId)
        .filter((row) => row.n > n)
        .sort((one, other) => one.n - other.n)
        .slice(0, limit),
    async purgeConversation(conversationId) {
      for (const table of [disk.conversations, disk.latest, disk.readings, disk.settings, disk.keptDrafts]) {
        await table.bulkDelete([conversationId])
      }
      for (const table of [disk.members, disk.deliveries, disk.seens]) {
        await purge<{ conversationId: string; userId: string }, [string, string]>(
          table,
          (row) => [row.conversationId, row.userId],
          conversationId,
        )
      }
      await purge(disk.messages, (row) => row.id, conversationId)
      await purge(disk.mentions, (mention) => [mention.conversationId, mention.n], conversationId)
      await purge(disk.reactions, (row) => [row.messageId, row.userId], conversationId)
      await purge(disk.revisions, (row) => [row.messageId, row.k], conversationId)
    },
    getRestoreNotes: async () => disk.restoreNotes,
    async setRestoreNotes(notes) {
      const before = disk.restoreNotes
      disk.journal.note(() => (disk.restoreNotes = before))
      disk.restoreNotes = notes
    },
    getPosition: async () => disk.position,
    async setPosition(position) {
      const before = disk.position
      disk.journal.note(() => (disk.position = before))
      disk.position = position
    },
  }

  async function run<Answer>(journal: Journal, work: () => Promise<Answer>): Promise<Answer> {
    const done = await journal.transact(async () => (isOn() ? { answer: await work() } : undefined))
    return done === undefined || !isOn() ? never() : done.answer
  }

  return {
    tables,
    transact: (work) => run(disk.journal, () => work(tables)),
    transactLive: (work) => run(disk.liveJournal, () => work(disk)),
    setConnection: async (state) => void (disk.connection = state),
    onOutboxChange(listener) {
      disk.listeners.add(listener)
      return () => disk.listeners.delete(listener)
    },
    onWatchChange(listener) {
      disk.watchListeners.add(listener)
      return () => disk.watchListeners.delete(listener)
    },
  }
}

/** What a view does with what is on the screen: `null` when the tab is gone. */
export function watchOn(disk: Disk, tab: string, watch: Omit<Watch, 'tab'> | null): void {
  if (watch === null) disk.watches.rows.delete(tab)
  else disk.watches.rows.set(tab, { tab, ...watch })
  disk.watchListeners.forEach((listener) => listener())
}

/** What a view does with a command: `enqueue`, without IndexedDB. */
export function enqueueOn(disk: Disk, commands: readonly Command[], now: number): void {
  for (const command of commands) {
    const entries = [...disk.outbox.rows.values()]
    const joined = coalesce(entries, command)
    for (const position of joined.replaced) disk.outbox.rows.delete(String(position))
    const position = Math.max(0, ...entries.map((entry) => entry.position)) + 1
    disk.outbox.rows.set(String(position), {
      position,
      id: command.id,
      conversationId: conversationOf(command),
      command: joined.command,
      state: { kind: 'waiting' },
      queuedAt: now,
    })
  }
  disk.listeners.forEach((listener) => listener())
}
