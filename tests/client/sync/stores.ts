import 'fake-indexeddb/auto'
import type { Command } from '../../../shared/protocol/commands.ts'
import type { Row } from '../../../shared/protocol/rows.ts'
import { ClientDatabase, type OutboxEntry, type Watch } from '../../../client/sync/database.ts'
import { createDexieStore } from '../../../client/sync/dexie-store.ts'
import type { ConnectionState } from '../../../client/sync/log/connection-state.ts'
import type { RowTable } from '../../../client/sync/log/kind.ts'
import type { DevicePosition } from '../../../client/sync/log/position.ts'
import { enqueue } from '../../../client/sync/outbox.ts'
import type { ClientStore, ClientTables } from '../../../client/sync/tables.ts'
import { createDisk, createMemoryStore, enqueueOn, watchOn } from '../../sim/memory-store.ts'
import { NOON } from '../data/example.ts'

/** A store to put to the test, and what other tabs of the same device do to it. */
export interface OpenStore {
  store: ClientStore
  /** What a view does. */
  enqueue(commands: readonly Command[]): Promise<void>
  /** What a view of another tab does. */
  enqueueElsewhere(commands: readonly Command[]): Promise<void>
  watch(watch: Watch): Promise<unknown>
  watchElsewhere(watch: Watch): Promise<unknown>
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
        store: createDexieStore(db),
        enqueue: (commands) => enqueue(db, commands, NOON),
        enqueueElsewhere: (commands) => enqueue(elsewhere, commands, NOON),
        watch: async (watch) => db.watches.put(watch),
        watchElsewhere: async (watch) => elsewhere.watches.put(watch),
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
      const disk = createDisk()
      return {
        store: createMemoryStore(disk, () => true),
        enqueue: async (commands) => enqueueOn(disk, commands, NOON),
        enqueueElsewhere: async (commands) => enqueueOn(disk, commands, NOON),
        watch: async ({ tab, ...watch }) => watchOn(disk, tab, watch),
        watchElsewhere: async ({ tab, ...watch }) => watchOn(disk, tab, watch),
        getConnection: async () => disk.connection,
        close: async () => undefined,
      }
    },
  ],
]

export interface Contents {
  position: DevicePosition
  /** Those of every table but `latest`, in an order that does not depend on the store. */
  rows: Row[]
  latest: string[]
  mentions: string[]
  outbox: OutboxEntry[]
}

/** Those of the tables that hold rows of the log, by the type of their rows. */
function tablesOf(tables: ClientTables) {
  return {
    user: tables.users,
    conversation: tables.conversations,
    member: tables.members,
    message: tables.messages,
    revision: tables.revisions,
    reaction: tables.reactions,
    event: tables.events,
    delivery: tables.deliveries,
    seen: tables.seens,
    reading: tables.readings,
    setting: tables.settings,
    draft: tables.keptDrafts,
    hidden: tables.hiddens,
    preference: tables.preferences,
    standing: tables.standings,
    block: tables.blocks,
    request: tables.requests,
  } satisfies { [Type in Row['type']]: RowTable<Extract<Row, { type: Type }>, never> }
}

/** Everything that a store holds. */
export function readAll(store: ClientStore): Promise<Contents> {
  return store.transact(async (tables) => {
    const rows: Row[] = []
    for (const table of Object.values(tablesOf(tables))) rows.push(...(await table.toArray()))
    const latest = await tables.latest.toArray()
    const mentions = await tables.mentions.toArray()
    const outbox = await tables.outbox.toArray()
    return {
      position: await tables.getPosition(),
      rows: rows.sort(byText),
      latest: latest.map((row) => `${row.id} of seq ${row.seq}`).sort(),
      mentions: mentions.map(({ conversationId, n }) => `${n} in ${conversationId}`).sort(),
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
  content: { rows?: readonly Row[]; outbox?: readonly OutboxEntry[]; position?: Partial<DevicePosition> },
): Promise<void> {
  return store.transact(async (tables) => {
    for (const row of content.rows ?? []) await putRow(tables, row)
    await tables.outbox.bulkPut(content.outbox ?? [])
    await tables.setPosition({ ...(await tables.getPosition()), ...content.position })
  })
}

async function putRow(tables: ClientTables, row: Row): Promise<void> {
  const table: { bulkPut(rows: readonly Row[]): PromiseLike<unknown> } = tablesOf(tables)[row.type]
  await table.bulkPut([row])
  if (row.type !== 'message') return
  const [before] = await tables.latest.bulkGet([row.conversationId])
  if (before === undefined || row.n > before.n) await tables.latest.bulkPut([row])
}

/** Empties every table. */
export async function clearAll(tables: ClientTables): Promise<void> {
  for (const table of Object.values(tablesOf(tables))) await table.clear()
  for (const table of [tables.latest, tables.mentions, tables.outbox]) await table.clear()
}
