import type { QueryResult } from 'kysely'
import { isBusy, withCode } from './sqlite-errors.ts'

/** What a connection needs of libsql. */
export interface SqliteHandle {
  prepare(sql: string): SqliteStatement
  readonly inTransaction: boolean
  close(): unknown
}

export interface SqliteStatement {
  /** Whether it answers with rows. */
  readonly reader: boolean
  all(parameters: readonly unknown[]): unknown[]
  run(parameters: readonly unknown[]): { changes: number }
}

/** Statements kept prepared a connection, and how long they may be: what is longer has a list of ids or rows in it, and seldom comes again. */
const KEPT_MAX = 300
const KEPT_LENGTH_MAX = 4_000

/** One connection to the embedded database. It answers at once, for SQLite works in our own thread. */
export interface SqliteConnection {
  execute(sql: string, parameters?: readonly unknown[]): QueryResult<unknown>
  readonly inTransaction: boolean
  close(): void
}

export function createConnection(handle: SqliteHandle): SqliteConnection {
  const prepared = createStatements(handle)
  let isOpen = true

  function run(sql: string, parameters: readonly unknown[]): QueryResult<unknown> {
    const { statement, isReader } = prepared.find(sql)
    try {
      if (isReader) return { rows: statement.all(parameters) }
      return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) }
    } catch (error) {
      prepared.drop(sql)
      if (isBusy(error)) endBusy(handle, () => statement.run(parameters))
      throw error
    }
  }

  return {
    execute: (sql, parameters = []) => withCode(() => run(sql, parameters)),
    // Of a closed connection libsql must not be asked: it ends the process.
    get inTransaction() {
      return isOpen && handle.inTransaction
    },
    close() {
      isOpen = false
      prepared.clear()
      handle.close()
    },
  }
}

interface Prepared {
  readonly statement: SqliteStatement
  readonly isReader: boolean
}

/**
 * The statements of one connection, each prepared once while it is in use: preparing takes SQLite longer than most of ours
 * run. The one used longest ago goes first.
 */
function createStatements(handle: SqliteHandle) {
  const kept = new Map<string, Prepared>()
  return {
    find(sql: string): Prepared {
      const known = kept.get(sql)
      kept.delete(sql)
      const found = known ?? prepare(handle, sql)
      // What a statement answers with may be another thing once a table has changed.
      if (known === undefined && !IS_KEPT.test(sql)) kept.clear()
      else if (sql.length <= KEPT_LENGTH_MAX) kept.set(sql, found)
      const [oldest] = kept.keys()
      if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest)
      return found
    },
    /** One that failed is not used again. */
    drop: (sql: string) => void kept.delete(sql),
    clear: () => kept.clear(),
  }
}

const IS_KEPT = /^\s*(?:select|insert|update|delete|with|begin|commit|rollback)\b/i

function prepare(handle: SqliteHandle, sql: string): Prepared {
  const statement = handle.prepare(sql)
  return { statement, isReader: statement.reader }
}

/**
 * SQLite leaves a statement that was busy where it stands, to be gone on with, and libsql neither goes on
 * nor resets it (0.5.29, `statement.rs`): until it is collected as garbage it holds its snapshot, on which
 * nothing can be written and no `-wal` be cut off. It ends when it fails in another way.
 */
function endBusy(handle: SqliteHandle, tryAgain: () => unknown): void {
  const [before] = handle.prepare('pragma query_only').all([]) as { query_only: number }[]
  handle.prepare('pragma query_only = on').all([])
  try {
    tryAgain()
  } catch {
    // As it should.
  } finally {
    handle.prepare(`pragma query_only = ${before?.query_only ?? 0}`).all([])
  }
}
