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

/** One connection to the embedded database. It answers at once, for SQLite works in our own thread. */
export interface SqliteConnection {
  execute(sql: string, parameters?: readonly unknown[]): QueryResult<unknown>
  readonly inTransaction: boolean
  close(): void
}

export function createConnection(handle: SqliteHandle): SqliteConnection {
  let isOpen = true

  function run(sql: string, parameters: readonly unknown[]): QueryResult<unknown> {
    const statement = handle.prepare(sql)
    try {
      if (statement.reader) return { rows: statement.all(parameters) }
      return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) }
    } catch (error) {
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
      handle.close()
    },
  }
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
