import 'fake-indexeddb/auto'
import type { Command } from '../../../shared/protocol/commands.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import type { Row } from '../../../shared/protocol/rows.ts'
import {
  ClientDatabase,
  type ConnectionState,
  type LogPosition,
  type OutboxEntry,
} from '../../../client/sync/database.ts'
import { createDexieStore } from '../../../client/sync/dexie-store.ts'
import { enqueue } from '../../../client/sync/outbox.ts'
import type { ClientStore, ClientTables } from '../../../client/sync/tables.ts'
import { createDisk, createMemoryStore, enqueueOn } from '../../sim/memory-store.ts'
import { NOON } from '../data/example.ts'

/** A store to put to the test, and what other tabs of the same device do to it. */
export interface OpenStore {
  store: ClientStore
  /** What a view does. */
  enqueue(commands: readonly Command[]): Promise<void>
  /** What a view of another tab does. */
  enqueueElsewhere(commands: readonly Command[]): Promise<void>
  getConnection(): Promise<ConnectionState | undefined>
  close(): Promise<void>
}

let opened = 0

/** Each suite of sync runs over all of these. */
export const stores: [name: string, open: () => OpenStore][] = [
  [
    'Dexie',
    () => {
      const name = `store-${opened++}`
      const db = new ClientDatabase(name)
      const elsewhere = new ClientDatabase(name)
      return {
        store: createDexieStore(db, CAMPUS_LOG),
        enqueue: (commands) => enqueue(db, commands, NOON),
        enqueueElsewhere: (commands) => enqueue(elsewhere, commands, NOON),
        async getConnection() {
          const found = await db.meta.get('connection')
          return found?.key === 'connection' ? found.state : undefined
        },
        async close() {
          elsewhere.close()
          await db.delete()
        },
      }
    },
  ],
  [
    'memory',
    () => {
      const disk = createDisk(CAMPUS_LOG)
      return {
        store: createMemoryStore(disk, () => true),
        enqueue: async (commands) => enqueueOn(disk, commands, NOON),
        enqueueElsewhere: async (commands) => enqueueOn(disk, commands, NOON),
        getConnection: async () => disk.connection,
        close: async () => undefined,
      }
    },
  ],
]

export interface Contents {
  position: LogPosition
  /** Those of every table but `latest`, in an order that does not depend on the store. */
  rows: Row[]
  latest: string[]
  outbox: OutboxEntry[]
}

/** Everything that a store holds. */
export function readAll(store: ClientStore): Promise<Contents> {
  return store.transact(async (tables) => {
    const rows: Row[] = []
    const { users, conversations, members, messages, readings } = tables
    for (const table of [users, conversations, members, messages, readings]) rows.push(...(await table.toArray()))
    const latest = await tables.latest.toArray()
    const outbox = await tables.outbox.toArray()
    return {
      position: await tables.getPosition(),
      rows: rows.sort(byText),
      latest: latest.map((row) => `${row.id} of seq ${row.seq}`).sort(),
      outbox: outbox.sort((one, other) => one.position - other.position),
    }
  })
}

function byText(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1
}

/** Puts rows, entries and a position where a device has them. */
export function fill(
  store: ClientStore,
  content: { rows?: readonly Row[]; outbox?: readonly OutboxEntry[]; position?: Partial<LogPosition> },
): Promise<void> {
  return store.transact(async (tables) => {
    for (const row of content.rows ?? []) await putRow(tables, row)
    await tables.outbox.bulkPut(content.outbox ?? [])
    await tables.setPosition({ ...(await tables.getPosition()), ...content.position })
  })
}

async function putRow(tables: ClientTables, row: Row): Promise<void> {
  if (row.type === 'user') await tables.users.bulkPut([row])
  else if (row.type === 'conversation') await tables.conversations.bulkPut([row])
  else if (row.type === 'member') await tables.members.bulkPut([row])
  else if (row.type === 'reading') await tables.readings.bulkPut([row])
  else {
    await tables.messages.bulkPut([row])
    const [before] = await tables.latest.bulkGet([row.conversationId])
    if (before === undefined || row.n > before.n) await tables.latest.bulkPut([row])
  }
}
