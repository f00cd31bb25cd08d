import { coalesce } from '../../client/sync/coalesce.ts'
import type { Watch } from '../../client/sync/database.ts'
import type { ConnectionState } from '../../client/sync/log/connection-state.ts'
import type { RowTable } from '../../client/sync/log/kind.ts'
import { NOWHERE, type DevicePosition } from '../../client/sync/log/position.ts'
import { NO_NOTES, type RestoreNotes } from '../../client/sync/restore-notes.ts'
import { toDroppedFiles } from '../../client/sync/files/dropped-files.ts'
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
  /** The greatest position that the outbox ever gave: like IndexedDB's key generator it never gives one again. */
  lastPosition: number
  /** Those who watch the outbox, and what tabs watch. */
  listeners: Set<() => void>
  watchListeners: Set<() => void>
  journal: Journal
  liveJournal: Journal
}

export function createDisk(): Disk {
  const journal = createJournal()
  const liveJournal = createJournal()
  const disk: Disk = {
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
    events: createTable(journal, (row) => `${row.conversationId},${row.id}`),
    mentions: createTable(journal, (mention) => `${mention.conversationId},${mention.n}`),
    deliveries: createTable(journal, (row) => memberKey(row.conversationId, row.userId)),
    seens: createTable(journal, (row) => memberKey(row.conversationId, row.userId)),
    readings: createTable(journal, (row) => row.conversationId),
    settings: createTable(journal, (row) => row.conversationId),
    keptDrafts: createTable(journal, (row) => row.conversationId),
    hiddens: createTable(journal, (row) => row.messageId),
    preferences: createTable(journal, (row) => row.type),
    standings: createTable(journal, (row) => row.type),
    blocks: createTable(journal, (row) => row.userId),
    requests: createTable(journal, (row) => row.conversationId),
    pictures: createTable(journal, (picture) => picture.id),
    departures: createTable(journal, (departure) => departure.conversationId),
    uploads: createTable(journal, (upload) => upload.id),
    droppedFiles: createTable(journal, (file) => file.fileId),
    holes: createTable(journal, (hole) => `${hole.conversationId},${hole.before}`),
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
    lastPosition: 0,
    listeners: new Set(),
    watchListeners: new Set(),
    journal,
    liveJournal,
  }
  journal.watch(disk.outbox, () => disk.listeners.forEach((listener) => listener()))
  // A message may go once its files are whole.
  journal.watch(disk.uploads, () => disk.listeners.forEach((listener) => listener()))
  liveJournal.watch(disk.watches, () => disk.watchListeners.forEach((listener) => listener()))
  return disk
}

export function memberKey(conversationId: string, userId: string): string {
  return `${conversationId},${userId}`
}

/** The store of an account over a disk, as one tab has it; see `runOn`. */
export function createMemoryStore(
  disk: Disk,
  isOn: () => boolean,
  whenThawed?: WhenThawed,
): ClientStore & { tables: ClientTables } {
  /** Removes what a conversation left in a table. */
  const purge = async <Row extends { conversationId: string }, Key>(
    table: Pick<MemoryTable<Row, Key>, 'toArray' | 'bulkDelete'>,
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
    listMessagesBetween: async (conversationId, after, before) =>
      listOf(conversationId)
        .filter(({ n }) => n > after && n < before)
        .sort((one, other) => one.n - other.n),
    async removeMessagesBetween(conversationId, after, before) {
      const isBetween = ({ n }: { n: number }) => n > after && n < before
      const gone = listOf(conversationId).filter(isBetween)
      if (gone.length === 0) return
      await disk.droppedFiles.bulkPut(gone.flatMap(toDroppedFiles))
      await disk.messages.bulkDelete(gone.map(({ id }) => id))
      const isIn = (row: { conversationId: string; n: number }) =>
        row.conversationId === conversationId && isBetween(row)
      const mentions = [...disk.mentions.rows.values()].filter(isIn)
      await disk.mentions.bulkDelete(mentions.map(({ n }) => [conversationId, n]))
      const events = [...disk.events.rows.values()].filter(isIn)
      await disk.events.bulkDelete(events.map(({ id }) => [conversationId, id]))
      const ids = new Set(gone.map(({ id }) => id))
      const reactions = [...disk.reactions.rows.values()].filter(({ messageId }) => ids.has(messageId))
      await disk.reactions.bulkDelete(reactions.map(({ messageId, userId }) => [messageId, userId]))
      const revisions = [...disk.revisions.rows.values()].filter(({ messageId }) => ids.has(messageId))
      await disk.revisions.bulkDelete(revisions.map(({ messageId, k }) => [messageId, k]))
    },
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
      await disk.droppedFiles.bulkPut(listOf(conversationId).flatMap(toDroppedFiles))
      await purge(disk.messages, (row) => row.id, conversationId)
      await purge(disk.events, (row) => [row.conversationId, row.id], conversationId)
      await purge(disk.mentions, (mention) => [mention.conversationId, mention.n], conversationId)
      await purge(disk.holes, (hole) => [hole.conversationId, hole.before], conversationId)
      await purge(disk.hiddens, (row) => row.messageId, conversationId)
      await purge(disk.reactions, (row) => [row.messageId, row.userId], conversationId)
      await purge(disk.revisions, (row) => [row.messageId, row.k], conversationId)
    },
    getRestoreNotes: async () => disk.restoreNotes,
    async setRestoreNotes(notes) {
      const before = disk.restoreNotes
      disk.journal.note(disk, () => (disk.restoreNotes = before))
      disk.restoreNotes = notes
    },
    getPosition: async () => disk.position,
    async setPosition(position) {
      const before = disk.position
      disk.journal.note(disk, () => (disk.position = before))
      disk.position = position
    },
  }

  const run = <Answer>(journal: Journal, work: () => Promise<Answer>) => runOn(journal, isOn, whenThawed, work)
  return {
    tables,
    transact: (work) => run(disk.journal, () => work(tables)),
    transactLive: (work) => run(disk.liveJournal, () => work(disk)),
    setConnection: async (state) => void (disk.connection = state),
    findConnection: () => Promise.resolve(disk.connection),
    onOutboxChange: (listener) => listen(disk.listeners, listener),
    onWatchChange: (listener) => listen(disk.watchListeners, listener),
  }
}

/** A live query answers at once too, and then whenever something was written. */
export function listen(listeners: Set<() => void>, listener: () => void): () => void {
  listeners.add(listener)
  queueMicrotask(() => listeners.has(listener) && listener())
  return () => listeners.delete(listener)
}

/** Undefined while a tab runs; a frozen one runs on once this resolves. */
export type WhenThawed = () => Promise<void> | undefined

/**
 * Runs a transaction of one tab. None waits for the outside, so nothing can end a tab in the middle of one. Once
 * `isOn` says no, nothing is read or written any more: whatever still runs of an app that was killed waits for ever.
 */
export async function runOn<Answer>(
  journal: Journal,
  isOn: () => boolean,
  whenThawed: WhenThawed | undefined,
  work: () => Promise<Answer>,
): Promise<Answer> {
  for (;;) {
    const done = await journal.transact(async () => {
      if (!isOn()) return 'off'
      // It begins no transaction, and so keeps no other tab waiting.
      return whenThawed?.() === undefined ? { answer: await work() } : 'frozen'
    })
    if (done === 'off' || !isOn()) return new Promise<never>(() => undefined)
    if (done !== 'frozen') return done.answer
    await whenThawed?.()
  }
}

/** What a view does with what is on the screen: `null` when the tab is gone. */
export function watchOn(disk: Disk, tab: string, watch: Omit<Watch, 'tab'> | null): void {
  if (watch === null) disk.watches.rows.delete(tab)
  else disk.watches.rows.set(tab, { tab, ...watch })
  disk.watchListeners.forEach((listener) => listener())
}

/** What a view does with a command: `enqueue`, without IndexedDB. Throws what a store that takes nothing throws. */
export function enqueueOn(disk: Disk, commands: readonly Command[], now: number): void {
  const { outbox, journal } = disk
  if (journal.fault !== undefined) throw new DOMException('the write failed', journal.fault)
  for (const command of commands) {
    const entries = [...outbox.rows.values()]
    const joined = coalesce(entries, command)
    for (const position of joined.replaced) remove(outbox, position)
    disk.lastPosition = Math.max(disk.lastPosition, ...entries.map((entry) => entry.position)) + 1
    void outbox.bulkPut([
      {
        position: disk.lastPosition,
        id: command.id,
        conversationId: conversationOf(command),
        command: joined.command,
        state: { kind: 'waiting' },
        queuedAt: now,
      },
    ])
  }
  disk.listeners.forEach((listener) => listener())
}

function remove<Row>(table: MemoryTable<Row, number>, position: number): void {
  void table.bulkDelete([position])
}
