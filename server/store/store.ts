import type { RawBuilder } from 'kysely'
import type { Database, Schema } from './schema.ts'

/**
 * What differs between SQLite and MySQL. Everything else is one set of queries, written in what
 * MySQL 8, MariaDB 10.11 and SQLite share.
 */
export interface Store {
  readonly kind: 'sqlite' | 'mysql'
  /** For single statements that need no transaction. */
  readonly db: Database
  /** Which database answers, as an expression: after a failover it is another one, whoever connects in between. */
  readonly databaseName: RawBuilder<string>
  /** Runs `work` in one snapshot: every query in it sees the database as the first one saw it. */
  read<Answer>(work: (db: Database) => Promise<Answer>): Promise<Answer>
  /** Runs `work` in one transaction, committed and on disk when this resolves, undone when it throws. */
  write<Answer>(work: (db: Database) => Promise<Answer>): Promise<Answer>
  /** Inserts rows, or replaces every column outside `key` of those that are there: one statement. */
  upsert<Table extends keyof Schema>(
    db: Database,
    table: Table,
    key: readonly (keyof Schema[Table] & string)[],
    rows: readonly Schema[Table][],
  ): Promise<void>
  /** Brings the schema up to this code's; throws when the database is already past it. */
  migrate(): Promise<void>
  /**
   * What an error of a transaction means: `transient`, it was undone and the same again may succeed
   * (a deadlock, a busy file); `down`, nothing can be stored now and it may or may not be committed
   * (a lost connection, a full disk); `statement`, the database refused what it was given.
   */
  classify(error: unknown): 'transient' | 'down' | 'statement'
  close(): Promise<void>
}

/** Told of every statement, `begin` and `commit` included; tests count with it. */
export type OnStatement = (sql: string) => void
