import type { RawBuilder } from 'kysely'
import type { Database, Schema } from './schema.ts'
import type { Statement } from './statements.ts'

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
  /**
   * Runs statements in order, as one message to the database, up to the first that fails; resolves with the rows of each.
   * None may need what another answers.
   */
  run(db: Database, statements: readonly Statement[]): Promise<(readonly unknown[])[]>
  /** The same, at the end of a transaction, which is committed in the same message: nothing may follow in it. */
  runLast(db: Database, statements: readonly Statement[]): Promise<void>
  /** Statements that insert rows, as plain as they are. */
  toInserts<Table extends keyof Schema>(table: Table, rows: readonly Schema[Table][]): Statement[]
  /** Statements that insert rows, or replace every column outside `key` of those that are there. */
  toUpserts<Table extends keyof Schema>(
    table: Table,
    key: readonly (keyof Schema[Table] & string)[],
    rows: readonly Schema[Table][],
  ): Statement[]
  /** Inserts rows, or replaces every column outside `key` of those that are there. */
  upsert<Table extends keyof Schema>(
    db: Database,
    table: Table,
    key: readonly (keyof Schema[Table] & string)[],
    rows: readonly Schema[Table][],
  ): Promise<void>
  /** Brings the schema up to this code's, or up to a step of it; throws when the database is already past it. */
  migrate(upTo?: string): Promise<void>
  /** The steps of the schema that were made here, in order, also those that this code does not know. Changes nothing. */
  listSteps(): Promise<string[]>
  classify(error: unknown): ErrorClass
  /** Whether something can be stored: what the last transaction came to, or, after one that failed, what a small one comes to. */
  canWrite(): Promise<boolean>
  close(): Promise<void>
}

/**
 * What an error means: `transient`, the transaction was undone and the same again may succeed (a deadlock,
 * a busy file); `down`, nothing can be stored now and it may or may not be committed (a lost connection,
 * a full disk), or nobody knows what it is; `statement`, the database refused what it was given, and
 * would again. What is `statement` is refused for good, so only what a command can bring along is.
 */
export type ErrorClass = 'transient' | 'down' | 'statement'

/** Called with every statement, `begin` and `commit` included; tests count with it. */
export type OnStatement = (sql: string) => void
