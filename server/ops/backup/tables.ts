import { sql } from 'kysely'
import { CLASSROOM_FILE } from '../../../migrations/columns.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import type { Database, Schema } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'
import type { Value } from './format.ts'

/** Of this moment alone: who is at what, and whether something can be written. */
const OF_THE_MOMENT: readonly string[] = ['lease', 'probe']
/** What a restore put aside. */
export const ASIDE = 'before_restore_'

/** SQLite has the logs of classrooms in a file of their own: in a backup they stand with the others, as in MySQL. */
const APART: Readonly<Record<string, string>> = { classroom_log: 'log', classroom_lineage: 'ended_lineage' }

export interface TableShape {
  /** As the database has it. */
  name: keyof Schema
  /** As a backup has it. */
  shared: string
  columns: string[]
  /** By which its rows are told apart, in order. */
  key: string[]
}

/** Every table that belongs into a backup. */
export async function listTables(store: Store, db: Database): Promise<TableShape[]> {
  const tables = await db.introspection.getTables()
  const shapes: TableShape[] = []
  for (const { name, columns } of tables) {
    if (OF_THE_MOMENT.includes(name) || name.startsWith(ASIDE)) continue
    const key = await listKey(store, db, name)
    if (key.length === 0) throw new Error(`the table ${name} has no key, and cannot be backed up`)
    shapes.push({
      ...{ name: name as keyof Schema, shared: APART[name] ?? name, key },
      columns: columns.map((column) => column.name),
    })
  }
  return shapes
}

async function listKey({ kind }: Store, db: Database, table: string): Promise<string[]> {
  if (kind === 'mysql') {
    const { rows } = await sql<{ name: string }>`
      select column_name as name from information_schema.statistics
      where table_schema = database() and table_name = ${table} and index_name = 'PRIMARY' order by seq_in_index`.execute(
      db,
    )
    return rows.map(({ name }) => name)
  }
  for (const file of ['main', CLASSROOM_FILE]) {
    const { rows } = await sql<{ name: string }>`
      select name from pragma_table_info(${table}, ${file}) where pk > 0 order by pk`.execute(db)
    if (rows.length > 0) return rows.map(({ name }) => name)
  }
  return []
}

const ROWS_AT_ONCE = 500

/** All rows of a table, a page at a time in the order of its key. */
export async function* readRows(db: Database, { name, columns, key }: TableShape): AsyncGenerator<Value[]> {
  for (let last: Record<string, Value> | undefined; ;) {
    const after = last
    const rows = (await db
      .selectFrom(name as 'log')
      .select(columns as 'id'[])
      .$if(after !== undefined, (query) => query.where(isAfter(key, after ?? {})))
      .$call((query) => key.reduce((ordered, column) => ordered.orderBy(column as 'id'), query))
      .limit(ROWS_AT_ONCE)
      .execute()) as unknown as Record<string, Value>[]
    for (const row of rows) yield columns.map((column) => row[column] ?? null)
    last = rows.at(-1)
    if (rows.length < ROWS_AT_ONCE) return
  }
}

/** In words that the indexes of all databases are used for: a > 1 or (a = 1 and b > 2). */
function isAfter(key: readonly string[], last: Readonly<Record<string, Value>>) {
  const alternatives = key.map((column, at) => {
    const same = key.slice(0, at).map((before) => sql<boolean>`${sql.ref(before)} = ${last[before]}`)
    return sql.join([...same, sql<boolean>`${sql.ref(column)} > ${last[column]}`], sql` and `)
  })
  return sql<boolean>`(${sql.join(
    alternatives.map((one) => sql`(${one})`),
    sql` or `,
  )})`
}

/** Which table of this store a row of a backup belongs into. */
export function toOwnTable({ kind }: Store, shared: string, row: Readonly<Record<string, Value>>): keyof Schema {
  const log = shared === 'log' ? row.id : shared === 'ended_lineage' ? row.log_id : undefined
  if (kind === 'mysql' || log === undefined || log === CAMPUS_LOG) return shared as keyof Schema
  return shared === 'log' ? 'classroom_log' : 'classroom_lineage'
}
