import { Kysely, MysqlDialect, sql } from 'kysely'
import { createPool } from 'mysql2'
import { mysqlColumns } from '../../migrations/columns.ts'
import { runMigrations } from './migrate.ts'
import type { Schema } from './schema.ts'
import type { OnStatement, Store } from './store.ts'

const POOL_CONNECTIONS = 10
/** Deadlock, lock wait timeout: InnoDB undid the transaction and asks to try again. */
const TRANSIENT_CODES = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT'])
/** A full disk, a server that is shutting down or that takes reads only: not the statement's fault. */
const DOWN_CODES = new Set([
  'ER_DISK_FULL',
  'ER_RECORD_FILE_FULL',
  'ER_SERVER_SHUTDOWN',
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_CON_COUNT_ERROR',
  'ER_ACCESS_DENIED_ERROR',
])

/** MySQL 8 or MariaDB 10.11, named by a `mysql://user:password@host:port/database` address. */
export function openMysql(url: string, onStatement?: OnStatement): Store {
  const pool = createPool({
    uri: url,
    connectionLimit: POOL_CONNECTIONS,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    decimalNumbers: true,
    enableKeepAlive: true,
  })
  // A snapshot per transaction is what pull rests on, and a text too long for its column must fail,
  // never be cut: both are server settings that an operator may have changed.
  pool.on('connection', (connection) => {
    const destroyOnError = (error: unknown) => {
      if (error !== null) connection.destroy()
    }
    connection.query('set session transaction isolation level repeatable read', destroyOnError)
    connection.query("set session sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'", destroyOnError)
  })
  const db = new Kysely<Schema>({
    dialect: new MysqlDialect({ pool }),
    ...(onStatement && { log: (event) => onStatement(event.query.sql) }),
  })
  return {
    kind: 'mysql',
    db,
    databaseName: sql<string>`concat(@@hostname, ':', @@port, ':', @@server_id)`,
    read: (work) => db.transaction().execute(work),
    write: (work) => db.transaction().execute(work),
    async upsert(inner, table, key, rows) {
      const [first] = rows
      if (first === undefined) return
      const columns = Object.keys(first).filter((column) => !(key as readonly string[]).includes(column))
      await inner
        .insertInto(table)
        .values(rows as never)
        .onDuplicateKeyUpdate(
          Object.fromEntries(columns.map((column) => [column, sql`values(${sql.ref(column)})`])) as never,
        )
        .execute()
    },
    migrate: () => runMigrations(db as unknown as Kysely<unknown>, mysqlColumns),
    classify,
    close: () => db.destroy(),
  }
}

/** What the server answers with a SQL state of its own is about the statement; anything else is the connection. */
function classify(error: unknown): ReturnType<Store['classify']> {
  if (!(error instanceof Error) || !('code' in error)) return 'down'
  if (TRANSIENT_CODES.has(String(error.code))) return 'transient'
  const aboutStatement = 'sqlState' in error && !('fatal' in error && error.fatal === true)
  return aboutStatement && !DOWN_CODES.has(String(error.code)) ? 'statement' : 'down'
}
