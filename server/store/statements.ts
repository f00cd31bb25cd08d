import { CompiledQuery, type Compilable, type QueryResult } from 'kysely'
import type { Database } from './schema.ts'

/*
 * Several statements as one message to the database: what a transaction does takes as long as its messages go back and
 * forth, and not as long as its statements.
 */

/** A statement that is ready to be run, or can be made so. */
export type Statement = CompiledQuery | Compilable

/** What a driver of ours is handed in place of one statement. Its answer has one result for each, in its `rows`. */
export interface StatementList extends CompiledQuery {
  readonly statements: readonly CompiledQuery[]
  /** Whether the transaction is committed with it. */
  readonly isLast: boolean
}

export function isList(query: CompiledQuery): query is StatementList {
  return 'statements' in query
}

/** Runs statements in order, up to the first that fails, and resolves with the rows of each. None may need what another answers. */
export async function runStatements(
  db: Database,
  statements: readonly Statement[],
  { isLast }: { isLast: boolean },
): Promise<(readonly unknown[])[]> {
  if (statements.length === 0) return []
  const compiled = statements.map((one) => ('compile' in one ? one.compile() : one))
  const list: StatementList = {
    ...CompiledQuery.raw(
      compiled.map(({ sql }) => sql).join(';\n'),
      compiled.flatMap(({ parameters }) => parameters),
    ),
    statements: compiled,
    isLast,
  }
  const { rows } = await db.executeQuery(list)
  return (rows as QueryResult<unknown>[]).map((result) => result.rows)
}

/** The text of each statement in what a driver was handed. */
export function listSql(query: CompiledQuery): string[] {
  return isList(query) ? query.statements.map(({ sql }) => sql) : [query.sql]
}

/** How one database writes names, and what stands behind an `insert` that may find the row there. */
export interface InsertDialect {
  /** The quote around names. */
  readonly quote: string
  replace(key: readonly string[], columns: readonly string[]): string
}

/**
 * One statement that inserts these rows, or none; with a `key`, rows that are there get every other column anew. Kysely
 * would make a node of each value, which took longer than the database takes for the row.
 */
export function toInserts(
  { quote, replace }: InsertDialect,
  table: string,
  rows: readonly object[],
  key?: readonly string[],
): CompiledQuery[] {
  const [first] = rows
  if (first === undefined) return []
  const columns = Object.keys(first)
  const name = (text: string) => `${quote}${text}${quote}`
  const head = `insert into ${name(table)} (${columns.map(name).join(', ')}) values `
  const row = `(${columns.map(() => '?').join(', ')})`
  const others = columns.filter((column) => key?.includes(column) === false)
  const tail = key === undefined ? '' : ` ${replace(key.map(name), others.map(name))}`
  const parameters = rows.flatMap((one) => columns.map((column) => (one as Record<string, unknown>)[column] ?? null))
  return [CompiledQuery.raw(`${head}${rows.map(() => row).join(', ')}${tail}`, parameters)]
}
