import type { OutboxEntry, ConnectionState, LogPosition } from '../../client/sync/database.ts'
import type { ClientStore, ClientTables, RowTable } from '../../client/sync/tables.ts'
import type { Command } from '../../shared/protocol/commands.ts'
import type { ConversationRow, MemberRow, MessageRow, ReadingRow, UserRow } from '../../shared/protocol/rows.ts'

/** A table of a device in memory, which a test can look into. */
export interface MemoryTable<Row, Key> extends RowTable<Row, Key> {
  rows: Map<string, Row>
}

/** What one device has stored: it outlives the app, as IndexedDB outlives a tab. */
export interface Disk {
  users: MemoryTable<UserRow, string>
  conversations: MemoryTable<ConversationRow, string>
  members: MemoryTable<MemberRow, [string, string]>
  messages: MemoryTable<MessageRow, string>
  latest: MemoryTable<MessageRow, string>
  readings: MemoryTable<ReadingRow, string>
  outbox: MemoryTable<OutboxEntry, number>
  position: LogPosition
  connection: ConnectionState
  listeners: Set<() => void>
  /** Ends when the transactions begun so far have. */
  idle: Promise<unknown>
  /** What undoes the writes of the transaction under way, the first one first. */
  undo: (() => void)[]
}

export function createDisk(log: string): Disk {
  const undo: Disk['undo'] = []
  return {
    users: createTable(undo, (row) => row.id),
    conversations: createTable(undo, (row) => row.id),
    members: createTable(undo, (row) => memberKey(row.conversationId, row.userId)),
    messages: createTable(undo, (row) => row.id),
    latest: createTable(undo, (row) => row.conversationId),
    readings: createTable(undo, (row) => row.conversationId),
    outbox: createTable(undo, (entry) => String(entry.position)),
    position: { key: 'position', log, epoch: '', cursor: 0, next: null },
    connection: { kind: 'connecting' },
    listeners: new Set(),
    idle: Promise.resolve(),
    undo,
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
  const tables: ClientTables = {
    users: disk.users,
    conversations: disk.conversations,
    members: disk.members,
    messages: disk.messages,
    latest: disk.latest,
    readings: disk.readings,
    outbox: disk.outbox,
    async purgeConversation(conversationId) {
      await disk.conversations.bulkDelete([conversationId])
      await disk.latest.bulkDelete([conversationId])
      await disk.readings.bulkDelete([conversationId])
      const members = (await disk.members.toArray()).filter((row) => row.conversationId === conversationId)
      await disk.members.bulkDelete(members.map((row) => [row.conversationId, row.userId]))
      const messages = (await disk.messages.toArray()).filter((row) => row.conversationId === conversationId)
      await disk.messages.bulkDelete(messages.map((row) => row.id))
    },
    getPosition: async () => disk.position,
    async setPosition(position) {
      const before = disk.position
      disk.undo.push(() => (disk.position = before))
      disk.position = position
    },
  }

  async function atomically<Answer>(work: (tables: ClientTables) => Promise<Answer>): Promise<Answer> {
    disk.undo.length = 0
    try {
      return await work(tables)
    } catch (error) {
      for (const undo of disk.undo.toReversed()) undo()
      throw error
    }
  }

  return {
    tables,
    async transact(work) {
      const turn = disk.idle.then(async () => (isOn() ? { answer: await atomically(work) } : undefined))
      disk.idle = turn.catch(() => undefined)
      const done = await turn
      return done === undefined || !isOn() ? never() : done.answer
    },
    setConnection: async (state) => void (disk.connection = state),
    onOutboxChange(listener) {
      disk.listeners.add(listener)
      return () => disk.listeners.delete(listener)
    },
  }
}

/** What a view does with a command: `enqueue`, without IndexedDB. */
export function enqueueOn(disk: Disk, commands: readonly Command[], now: number): void {
  let position = Math.max(0, ...[...disk.outbox.rows.values()].map((entry) => entry.position))
  for (const command of commands) {
    position += 1
    const conversationId = 'conversationId' in command ? command.conversationId : ''
    const entry = {
      position,
      id: command.id,
      conversationId,
      command,
      state: { kind: 'waiting' as const },
      queuedAt: now,
    }
    disk.outbox.rows.set(String(position), entry)
  }
  disk.listeners.forEach((listener) => listener())
}
