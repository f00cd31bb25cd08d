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
}

export function createDisk(log: string): Disk {
  return {
    users: createTable((row) => row.id),
    conversations: createTable((row) => row.id),
    members: createTable((row) => memberKey(row.conversationId, row.userId)),
    messages: createTable((row) => row.id),
    latest: createTable((row) => row.conversationId),
    readings: createTable((row) => row.conversationId),
    outbox: createTable((entry) => String(entry.position)),
    position: { key: 'position', log, epoch: '', cursor: 0, next: null },
    connection: { kind: 'connecting' },
    listeners: new Set(),
  }
}

export function memberKey(conversationId: string, userId: string): string {
  return `${conversationId},${userId}`
}

function createTable<Row, Key>(keyOf: (row: Row) => string): MemoryTable<Row, Key> {
  const rows = new Map<string, Row>()
  return {
    rows,
    bulkGet: async (keys) => keys.map((key) => rows.get(String(key))),
    bulkPut: async (added) => added.forEach((row) => rows.set(keyOf(row), row)),
    bulkDelete: async (keys) => keys.forEach((key) => rows.delete(String(key))),
    toArray: async () => [...rows.values()],
    clear: async () => rows.clear(),
  }
}

/**
 * A client store over a disk. One transaction runs at a time; none waits for the outside, so nothing
 * can end a device's power in the middle of one. Once `isOn` says no, nothing is read or written any
 * more: whatever still runs of an app that was killed waits for ever.
 */
export function createMemoryStore(disk: Disk, isOn: () => boolean): ClientStore & { tables: ClientTables } {
  let last: Promise<unknown> = Promise.resolve()
  const tables: ClientTables = {
    users: disk.users,
    conversations: disk.conversations,
    members: disk.members,
    messages: disk.messages,
    latest: disk.latest,
    readings: disk.readings,
    outbox: disk.outbox,
    async purgeConversation(conversationId) {
      disk.conversations.rows.delete(conversationId)
      disk.latest.rows.delete(conversationId)
      disk.readings.rows.delete(conversationId)
      for (const table of [disk.members.rows, disk.messages.rows]) {
        for (const [key, row] of table) if (row.conversationId === conversationId) table.delete(key)
      }
    },
    getPosition: async () => disk.position,
    setPosition: async (position) => void (disk.position = position),
  }
  return {
    tables,
    transact(work) {
      const turn = last.then(() => (isOn() ? work(tables) : new Promise<never>(() => undefined)))
      last = turn.catch(() => undefined)
      return turn.then(async (answer) => {
        if (!isOn()) await new Promise<never>(() => undefined)
        return answer
      })
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
