import { coalesce } from '../../client/sync/coalesce.ts'
import type { ConnectionState, LogPosition, Watch } from '../../client/sync/database.ts'
import type { ClientStore, ClientTables, LiveTables, RowTable } from '../../client/sync/tables.ts'
import { conversationOf } from '../../client/sync/outbox.ts'
import type { Command } from '../../shared/protocol/commands.ts'

/** A table of a device in memory, which a test can look into. */
export interface MemoryTable<Row, Key> extends RowTable<Row, Key> {
  rows: Map<string, Row>
}

type InMemory<Tables> = {
  [
    Name in keyof Tables as Tables[Name] extends RowTable<infer _Row, infer _Key> ? Name : never
  ]: Tables[Name] extends RowTable<infer Row, infer Key> ? MemoryTable<Row, Key> : never
}

/** What one device has stored: it outlives the app, as IndexedDB outlives a tab. */
export interface Disk extends InMemory<ClientTables>, InMemory<LiveTables> {
  position: LogPosition
  connection: ConnectionState
  listeners: Set<() => void>
  watchListeners: Set<() => void>
  /** Ends when the transactions begun so far have. */
  idle: Promise<unknown>
  liveIdle: Promise<unknown>
  /** What undoes the writes of the transaction under way, the first one first. */
  undo: (() => void)[]
  liveUndo: (() => void)[]
}

export function createDisk(log: string): Disk {
  const undo: Disk['undo'] = []
  const liveUndo: Disk['liveUndo'] = []
  return {
    users: createTable(undo, (row) => row.id),
    conversations: createTable(undo, (row) => row.id),
    members: createTable(undo, (row) => memberKey(row.conversationId, row.userId)),
    messages: createTable(undo, (row) => row.id),
    latest: createTable(undo, (row) => row.conversationId),
    revisions: createTable(undo, (row) => `${row.messageId},${row.k}`),
    reactions: createTable(undo, (row) => `${row.messageId},${row.userId}`),
    mentions: createTable(undo, (mention) => `${mention.conversationId},${mention.n}`),
    deliveries: createTable(undo, (row) => memberKey(row.conversationId, row.userId)),
    seens: createTable(undo, (row) => memberKey(row.conversationId, row.userId)),
    readings: createTable(undo, (row) => row.conversationId),
    settings: createTable(undo, (row) => row.conversationId),
    keptDrafts: createTable(undo, (row) => row.conversationId),
    preferences: createTable(undo, (row) => row.type),
    pictures: createTable(undo, (picture) => picture.id),
    outbox: createTable(undo, (entry) => String(entry.position)),
    typists: createTable(liveUndo, (typist) => memberKey(typist.conversationId, typist.userId)),
    presences: createTable(liveUndo, (presence) => presence.userId),
    watches: createTable(liveUndo, (watch) => watch.tab),
    position: { key: 'position', log, epoch: '', cursor: 0, next: null },
    connection: { kind: 'connecting' },
    listeners: new Set(),
    watchListeners: new Set(),
    idle: Promise.resolve(),
    liveIdle: Promise.resolve(),
    undo,
    liveUndo,
  }
}

export function memberKey(conversationId: string, userId: string): string {
  return `${conversationId},${userId}`
}

function createTable<Row, Key>(undo: Disk['undo'], keyOf: (row: Row) => string): MemoryTable<Row, Key> {
  const rows = new Map<string, Row>()
  const write = (key: string, row: Row | undefined) => {
    const before = rows.get(key)
    undo.push(() => set(key, before))
    set(key, row)
  }
  const set = (key: string, row: Row | undefined) => {
    if (row === undefined) rows.delete(key)
    else rows.set(key, row)
  }
  return {
    rows,
    bulkGet: async (keys) => keys.map((key) => rows.get(String(key))),
    bulkPut: async (added) => added.forEach((row) => write(keyOf(row), row)),
    bulkDelete: async (keys) => keys.forEach((key) => write(String(key), undefined)),
    toArray: async () => [...rows.values()],
    clear: async () => [...rows.keys()].forEach((key) => write(key, undefined)),
  }
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
    getPosition: async () => disk.position,
    async setPosition(position) {
      const before = disk.position
      disk.undo.push(() => (disk.position = before))
      disk.position = position
    },
  }

  async function atomically<Answer>(undo: Disk['undo'], work: () => Promise<Answer>): Promise<Answer> {
    undo.length = 0
    try {
      return await work()
    } catch (error) {
      for (const step of undo.toReversed()) step()
      throw error
    }
  }

  return {
    tables,
    async transact(work) {
      const turn = disk.idle.then(async () =>
        isOn() ? { answer: await atomically(disk.undo, () => work(tables)) } : undefined,
      )
      disk.idle = turn.catch(() => undefined)
      const done = await turn
      return done === undefined || !isOn() ? never() : done.answer
    },
    async transactLive(work) {
      const turn = disk.liveIdle.then(async () =>
        isOn() ? { answer: await atomically(disk.liveUndo, () => work(disk)) } : undefined,
      )
      disk.liveIdle = turn.catch(() => undefined)
      const done = await turn
      return done === undefined || !isOn() ? never() : done.answer
    },
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
