import { type Dialect, Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler, sql } from 'kysely'
import { createPool, type Pool } from 'mysql2'
import { createMysqlDriver } from './mysql-driver.ts'
import { classifyMysql } from './mysql-errors.ts'
import { migrateMysql } from './mysql-migrate.ts'
import type { Database, Schema } from './schema.ts'
import type { OnStatement, Store } from './store.ts'
import { createProbeRow, createWritability } from './writability.ts'

const POOL_CONNECTIONS = 10
/**
 * MariaDB’s default, and below MySQL’s. A statement that is larger than the server
 * takes may end in a connection that is reset, and nobody can tell that from a server which is away.
 */
const PACKET_BYTES_MIN = 16 * 1024 * 1024

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
    dialect: createDialect(pool),
    ...(onStatement && { log: (event) => onStatement(event.query.sql) }),
  })
  const writability = createWritability(classifyMysql, () => store.upsert(db, 'probe', ['id'], [createProbeRow()]))
  const store: Store = {
    kind: 'mysql',
    db,
    databaseName: sql<string>`concat(@@hostname, ':', @@port, ':', @@server_id)`,
    read: (work) => db.transaction().execute(work),
    write: (work) => writability.note(() => db.transaction().execute(work)),
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
    async migrate() {
      await checkPacket(db)
      await migrateMysql(db as unknown as Kysely<unknown>)
    },
    classify: classifyMysql,
    canWrite: writability.canWrite,
    close: () => db.destroy(),
  }
  return store
}

async function checkPacket(db: Database): Promise<void> {
  const { rows } = await sql<{ bytes: number }>`select @@max_allowed_packet as bytes`.execute(db)
  if (rows.every(({ bytes }) => bytes >= PACKET_BYTES_MIN)) return
  throw new Error('The database takes no large statements. Set its max_allowed_packet to at least 16M.')
}

function createDialect(pool: Pool): Dialect {
  return {
    createAdapter: () => new MysqlAdapter(),
    createDriver: () => createMysqlDriver(pool),
    createIntrospector: (db) => new MysqlIntrospector(db),
    createQueryCompiler: () => new MysqlQueryCompiler(),
  }
}
