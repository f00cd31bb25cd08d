import { Dexie, type Table } from 'dexie'
import type { Backend } from './backend.ts'

/*
 * While a device stores nothing, a database lives in memory:
 *
 *   disk ── all that can be read ──▶ memory ── what changed since, in one transaction ──▶ disk
 *
 * Another tab may store in the file meanwhile, once there is room. What the log brought is carried back only where
 * the file is still where it was left, else the log brings it again; what is this device's own, its outbox first, is
 * carried back in any case: what is gone from it goes, what came to it comes.
 *
 * What files hold is much, and most of it can be fetched again. Of such a table only the rows that are one's own come back,
 * so that none that is not keeps the rest from it; what is gone from it goes.
 */

/** What no log brings again: a table, or of one that holds much some of its rows. */
export type OwnTable = string | OwnRows

export interface OwnRows {
  table: string
  /** Says it by this field of a row; `keysOf` gives the primary keys that another table has. */
  field: string
  isOwn(value: unknown, keysOf: (table: string) => ReadonlySet<unknown>): boolean
  /** Whether the others are of use in memory. A blob is a handle there: it takes nothing of it. */
  copiesOthers: boolean
}

/** A database as it was when it was copied. */
export interface Copied {
  position: unknown
  /** The rows of the tables that no log brings again, by table and key. */
  own: Map<string, Rows>
}

type Rows = Map<string, unknown>

/** What there is to know of a database, to open it a second time. */
export type Schema = Pick<Dexie, 'name' | 'verno' | 'tables'>

/** A second connection to a database, wherever it is. */
export function openSecondConnection(schema: Schema, { indexedDB, IDBKeyRange }: Backend): Dexie {
  const db = new Dexie(schema.name, { indexedDB, IDBKeyRange, cache: 'disabled' })
  const stores: Record<string, string> = {}
  for (const { name, schema: table } of schema.tables) {
    stores[name] = [table.primKey.src, ...table.indexes.map(({ src }) => src)].join(',')
  }
  db.version(schema.verno).stores(stores)
  return db
}

/** Copies all that can be read and is of use. What cannot is left out: the server has it. */
export async function copyAll(from: Dexie, to: Dexie, ownTables: readonly OwnTable[]): Promise<Copied> {
  const own = new Map<string, Rows>()
  const keysOf = await findKeys(from, ownTables)
  for (const { name } of to.tables) {
    const found: unknown[] = await from
      .table(name)
      .toArray()
      .catch(() => [])
    const owned = findOwn(ownTables, name)
    const isLeftOut = (row: unknown) =>
      typeof owned === 'object' && !owned.copiesOthers && !owned.isOwn(fieldOf(row, owned.field), keysOf)
    const rows = found.filter((row) => !isLeftOut(row))
    await to.table(name).bulkPut(rows)
    if (owned !== undefined) own.set(name, byKey(to.table(name), rows))
  }
  return { position: await findPosition(to), own }
}

/** Stores what has changed in a copy since it was made: all of it, or nothing. Returns what may be compared with next time. */
export async function carryBack(
  from: Dexie,
  to: Dexie,
  copied: Copied,
  ownTables: readonly OwnTable[],
): Promise<Copied> {
  const now = new Map<string, unknown[]>()
  for (const { name } of from.tables) now.set(name, await from.table(name).toArray())
  const keysOf = await findKeys(from, ownTables)
  await to.transaction('rw', to.tables, async () => {
    const isWhereItWas = isSame(await findPosition(to), copied.position)
    for (const table of to.tables) {
      const rows = now.get(table.name) ?? []
      const own = copied.own.get(table.name)
      const owned = findOwn(ownTables, table.name)
      const isCarried = (row: unknown) => typeof owned !== 'object' || owned.isOwn(fieldOf(row, owned.field), keysOf)
      if (own !== undefined) await merge(table, own, rows, isCarried)
      else if (isWhereItWas) await merge(table, byKey(table, await table.toArray()), rows)
    }
  })
  const own = [...copied.own.keys()].map((name) => [name, byKey(from.table(name), now.get(name) ?? [])] as const)
  return { position: await findPosition(to), own: new Map(own) }
}

function findOwn(ownTables: readonly OwnTable[], name: string): OwnTable | undefined {
  return ownTables.find((own) => (typeof own === 'string' ? own : own.table) === name)
}

/** The primary keys of those tables that are one's own. */
async function findKeys(db: Dexie, ownTables: readonly OwnTable[]): Promise<(table: string) => ReadonlySet<unknown>> {
  const keys = new Map<string, ReadonlySet<unknown>>()
  for (const own of ownTables) {
    if (typeof own !== 'string') continue
    const found: unknown[] = await db
      .table(own)
      .toCollection()
      .primaryKeys()
      .catch(() => [])
    keys.set(own, new Set(found))
  }
  return (table) => keys.get(table) ?? new Set()
}

/** Does to a table what was done to its copy, but brings only those rows that are carried. */
async function merge(
  table: Table,
  before: Rows,
  after: readonly unknown[],
  isCarried: (row: unknown) => boolean = () => true,
): Promise<void> {
  const kept = byKey(table, after)
  const gone = [...before].filter(([key]) => !kept.has(key)).map(([, row]) => keyOf(table, row))
  await table.bulkDelete(gone)
  const changed = [...kept].filter(([key, row]) => !isSame(before.get(key), row) && isCarried(row))
  if (table.schema.primKey.auto) {
    for (const [key, row] of changed) await putInOrder(table, row, before.has(key))
  } else await table.bulkPut(changed.map(([, row]) => row))
}

/** An outbox numbers its entries itself, also one of another tab: each keeps its number, unless that is taken. */
async function putInOrder(table: Table, row: unknown, isChange: boolean): Promise<void> {
  const held: unknown = await table.get(keyOf(table, row))
  const isTheSame = idOf(held) === idOf(row)
  // Done with by another tab meanwhile.
  if (isChange && !isTheSame) return
  if (held === undefined || isTheSame) await table.put(row)
  else await table.add(withoutKey(table, row))
}

function withoutKey({ schema }: Table, row: unknown): unknown {
  const entries = typeof row === 'object' && row !== null ? Object.entries(row) : []
  return Object.fromEntries(entries.filter(([name]) => name !== schema.primKey.keyPath))
}

function idOf(row: unknown): unknown {
  return typeof row === 'object' && row !== null && 'id' in row ? row.id : undefined
}

function byKey(table: Table, rows: readonly unknown[]): Rows {
  return new Map(rows.map((row) => [JSON.stringify(keyOf(table, row)), row]))
}

function keyOf({ schema }: Table, row: unknown): unknown {
  const { keyPath } = schema.primKey
  return Array.isArray(keyPath) ? keyPath.map((path) => fieldOf(row, path)) : fieldOf(row, keyPath ?? '')
}

function fieldOf(row: unknown, path: string): unknown {
  return typeof row === 'object' && row !== null ? Dexie.getByKeyPath(row, path) : null
}

/** What is stored as bytes never changes under its key. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

async function findPosition(db: Dexie): Promise<unknown> {
  const meta = db.tables.find(({ name }) => name === 'meta')
  return meta?.get('position').catch(() => undefined)
}
