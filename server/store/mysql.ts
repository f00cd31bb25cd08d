import { type Dialect, Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler, sql } from 'kysely'
import { createPool, type Pool, type PoolOptions } from 'mysql2'
import { createMysqlDriver } from './mysql-driver.ts'
import { classifyMysql } from './mysql-errors.ts'
import { listExecuted, migrateMysql } from './mysql-migrate.ts'
import type { Database, Schema } from './schema.ts'
import { type InsertDialect, runStatements, toInserts } from './statements.ts'
import type { OnStatement, Store } from './store.ts'
import { createProbeRow, createWritability } from './writability.ts'

const POOL_CONNECTIONS = 10
const WRITER_CONNECTIONS = 6

const INSERT_DIALECT: InsertDialect = {
  quote: '`',
  replace: (_key, columns) =>
    `on duplicate key update ${columns.map((column) => `${column} = values(${column})`).join(', ')}`,
}

/**
 * MariaDB’s default, and below MySQL’s. A statement that is larger than the server
 * takes may end in a connection that is reset, and nobody can tell that from a server which is away.
 */
const PACKET_BYTES_MIN = 16 * 1024 * 1024

/** MySQL 8 or MariaDB 10.11, named by a `mysql://user:password@host:port/database` address. */
export function openMysql(url: string, onStatement?: OnStatement): Store {
  const options: PoolOptions = {
    uri: url,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    decimalNumbers: true,
    enableKeepAlive: true,
  }
  const open = (pool: Pool, isJoining: boolean) =>
    new Kysely<Schema>({ dialect: createDialect(withSession(pool), { isJoining, onStatement }) })
  const db = open(createPool({ ...options, connectionLimit: POOL_CONNECTIONS }), false)
  // Of these alone a message may hold several statements: nothing that is read is ever made up of what somebody wrote.
  const writer = open(createPool({ ...options, connectionLimit: WRITER_CONNECTIONS, multipleStatements: true }), true)
  const writability = createWritability(classifyMysql, () => store.upsert(db, 'probe', ['id'], [createProbeRow()]))
  const store: Store = {
    kind: 'mysql',
    db,
    databaseName: sql<string>`concat(@@hostname, ':', @@port, ':', @@server_id)`,
    read: (work) => db.transaction().execute(work),
    write: (work) => writability.note(() => writer.transaction().execute(work)),
    run: (inner, statements) => runStatements(inner, statements, { isLast: false }),
    async runLast(inner, statements) {
      await runStatements(inner, statements, { isLast: true })
    },
    toInserts: (table, rows) => toInserts(INSERT_DIALECT, table, rows),
    toUpserts: (table, key, rows) => toInserts(INSERT_DIALECT, table, rows, key),
    async upsert(inner, table, key, rows) {
      for (const statement of toInserts(INSERT_DIALECT, table, rows, key)) await inner.executeQuery(statement)
    },
    async migrate(upTo) {
      await checkPacket(db)
      await migrateMysql(db as unknown as Kysely<unknown>, upTo)
    },
    listSteps: () => listExecuted(db as unknown as Kysely<unknown>),
    classify: classifyMysql,
    canWrite: writability.canWrite,
    async close() {
      await Promise.all([db.destroy(), writer.destroy()])
    },
  }
  return store
}

async function checkPacket(db: Database): Promise<void> {
  const { rows } = await sql<{ bytes: number }>`select @@max_allowed_packet as bytes`.execute(db)
  if (rows.every(({ bytes }) => bytes >= PACKET_BYTES_MIN)) return
  throw new Error('The database takes no large statements. Set its max_allowed_packet to at least 16M.')
}

/**
 * A snapshot per transaction is what pull rests on, and a text too long for its column must fail, never be cut: both are
 * server settings that an operator may have changed.
 */
function withSession(pool: Pool): Pool {
  pool.on('connection', (connection) => {
    const destroyOnError = (error: unknown) => {
      if (error !== null) connection.destroy()
    }
    connection.query('set session transaction isolation level repeatable read', destroyOnError)
    connection.query("set session sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'", destroyOnError)
  })
  return pool
}

function createDialect(pool: Pool, options: Parameters<typeof createMysqlDriver>[1]): Dialect {
  return {
    createAdapter: () => new MysqlAdapter(),
    createDriver: () => createMysqlDriver(pool, options),
    createIntrospector: (db) => new MysqlIntrospector(db),
    createQueryCompiler: () => new MysqlQueryCompiler(),
  }
}
