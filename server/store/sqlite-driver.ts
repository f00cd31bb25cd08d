import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SelectQueryNode,
  type TransactionSettings,
} from 'kysely'
import type { ConnectionPool } from './connection-pool.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import { isWorthWaiting } from './sqlite-errors.ts'
import { isList } from './statements.ts'

/*
 * Which connection a statement goes to:
 *
 *   outside a transaction   what only reads   →  a reader, for this statement
 *                           what writes       →  the writer
 *   read only transaction                     →  a reader, until it ends: one snapshot
 *   any other                                 →  the writer, until it ends
 *
 * Reading never waits for a commit. WAL lets both go on at the same time, and who reads sees what was
 * committed when they began.
 */

export interface SqlitePools {
  /** Of one connection, for SQLite has one writer. */
  writer: ConnectionPool<SqliteConnection>
  readers: ConnectionPool<SqliteConnection>
  /** The writer was given back. */
  onWritten(): void
}

/** So long a statement waits for another process that writes. */
const BUSY_WAIT_MS = 5_000
const BUSY_RETRY_MS = 10

export function createSqliteDriver(pools: SqlitePools): Driver {
  return {
    async init() {},
    acquireConnection: async () => new Route(pools),
    beginTransaction: (route: Route, settings) => route.begin(settings),
    commitTransaction: (route: Route) => route.commit(),
    rollbackTransaction: (route: Route) => route.undo(),
    releaseConnection: async (route: Route) => route.release(),
    async destroy() {},
  }
}

type TransactionState = { kind: 'none' } | { kind: 'open' } | { kind: 'undone'; error: unknown }

/** What Kysely takes for a connection: it borrows one of ours when there is a statement for it. */
class Route implements DatabaseConnection {
  readonly #pools: SqlitePools
  #transaction: TransactionState = { kind: 'none' }
  #borrowed: Promise<SqliteConnection> | undefined
  #giveBack = (): void => undefined

  constructor(pools: SqlitePools) {
    this.#pools = pools
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    // A full disk, for one, undoes all of it: what followed would be done and stay, each statement for itself.
    if (this.#transaction.kind === 'undone') throw this.#transaction.error
    if (this.#borrowed === undefined && isReading(query)) {
      const reader = await this.#pools.readers.take()
      try {
        return await whenFree(() => execute<Row>(reader, query))
      } finally {
        this.#pools.readers.giveBack(reader)
      }
    }
    const connection = await (this.#borrowed ?? this.#borrow(this.#pools.writer))
    try {
      if (!isList(query)) return await whenFree(() => execute<Row>(connection, query))
      const results: QueryResult<unknown>[] = []
      for (const statement of query.statements) results.push(await whenFree(() => execute(connection, statement)))
      return { rows: results as Row[] }
    } catch (error) {
      if (this.#transaction.kind === 'open' && !connection.inTransaction) this.#transaction = { kind: 'undone', error }
      throw error
    }
  }

  async begin({ accessMode }: TransactionSettings): Promise<void> {
    const connection = await this.#borrow(accessMode === 'read only' ? this.#pools.readers : this.#pools.writer)
    // Its last one could not be undone then.
    if (connection.inTransaction) connection.execute('rollback')
    await this.executeQuery(CompiledQuery.raw('begin'))
    this.#transaction = { kind: 'open' }
  }

  async commit(): Promise<void> {
    await this.executeQuery(CompiledQuery.raw('commit'))
    this.#transaction = { kind: 'none' }
  }

  /** Never throws: what the caller has to hear of is the error for which the transaction is undone. */
  async undo(): Promise<void> {
    const { kind } = this.#transaction
    this.#transaction = { kind: 'none' }
    if (kind === 'open') await this.executeQuery(CompiledQuery.raw('rollback')).catch(() => undefined)
  }

  release(): void {
    this.#giveBack()
  }

  #borrow(pool: ConnectionPool<SqliteConnection>): Promise<SqliteConnection> {
    this.#borrowed = pool.take().then((connection) => {
      this.#giveBack = () => {
        pool.giveBack(connection)
        if (pool === this.#pools.writer) this.#pools.onWritten()
      }
      return connection
    })
    return this.#borrowed
  }

  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('nothing is streamed from SQLite')
  }
}

/** Rows have the form that the schema says. */
function execute<Row>(connection: SqliteConnection, { sql, parameters }: CompiledQuery): QueryResult<Row> {
  return connection.execute(sql, parameters) as QueryResult<Row>
}

function isReading({ query, sql }: CompiledQuery): boolean {
  return SelectQueryNode.is(query) || /^\s*select\b/i.test(sql)
}

/** SQLite would wait in our own thread, and everybody with it. */
async function whenFree<Answer>(work: () => Answer): Promise<Answer> {
  const until = performance.now() + BUSY_WAIT_MS
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!isWorthWaiting(error) || performance.now() > until) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, BUSY_RETRY_MS))
  }
}
