import Libsql from 'libsql'
import {
  type DatabaseMetadataOptions,
  type Dialect,
  Kysely,
  sql,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type TableMetadata,
} from 'kysely'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { CLASSROOM_FILE } from '../../migrations/columns.ts'
import { createPool } from './connection-pool.ts'
import type { Schema } from './schema.ts'
import { createConnection, type SqliteConnection, type SqliteHandle } from './sqlite-connection.ts'
import { createSqliteDriver, type SqlitePools } from './sqlite-driver.ts'
import { classifySqlite, withCode } from './sqlite-errors.ts'
import { listExecuted, migrateSqlite } from './sqlite-migrate.ts'
import { type InsertDialect, listSql, runStatements, toInserts } from './statements.ts'
import type { OnStatement, Store } from './store.ts'
import { createWalTruncation } from './truncate-wal.ts'
import { createYielding } from './yielding.ts'
import { createProbeRow, createWritability } from './writability.ts'

/** More than one, so that a page which takes long to read holds nobody else up. */
const READERS = 4
/** Opening may have to wait for a process that is just closing. */
const OPEN_WAIT_MS = 5_000

const MAIN_FILE = 'chatbox.sqlite'
const CLASSROOMS_FILE = 'classrooms.sqlite'

const INSERT_DIALECT: InsertDialect = {
  quote: '"',
  replace: (key, columns) =>
    `on conflict (${key.join(', ')}) do update set ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
}

/** Whether there is an embedded database in a folder. Opening one that is not there makes it. */
export function hasSqlite(dataDir: string): boolean {
  return existsSync(join(dataDir, MAIN_FILE))
}

/** The embedded store, in a folder of its own. `onError` hears of what fails that nobody asked for. */
export function openSqlite(
  dataDir: string,
  onStatement?: OnStatement,
  onError: (error: unknown) => void = (error) => process.emitWarning(String(error)),
): Store {
  mkdirSync(dataDir, { recursive: true })
  const writer = openConnection(dataDir)
  const readers = Array.from({ length: READERS }, () => openReader(dataDir))
  const pools = { writer: createPool([writer]), readers: createPool(readers, createYielding()) }
  const truncation = createWalTruncation(writer, pools, onError)

  async function close(): Promise<void> {
    await truncation.end()
    // libsql keeps a connection open until the last of its statements is collected as garbage (0.5.29,
    // `js_close`), and SQLite empties the `-wal` when the last one is closed: that is why it is empty by now.
    for (const connection of [writer, ...readers]) connection.close()
  }

  return createStore({ ...pools, onWritten: truncation.note }, close, onStatement)
}

/** The store over a single connection, as a database in memory has. */
export function createMemoryStore(handle: SqliteHandle): Store {
  const connection = createConnection(handle)
  connection.execute(`attach ':memory:' as ${CLASSROOM_FILE}`)
  const pool = createPool([connection])
  return createStore({ writer: pool, readers: pool, onWritten: () => undefined }, async () => connection.close())
}

function createStore(pools: SqlitePools, close: () => Promise<void>, onStatement?: OnStatement): Store {
  const db = new Kysely<Schema>({
    dialect: createDialect(pools),
    ...(onStatement && { log: ({ query }) => listSql(query).forEach(onStatement) }),
  })
  let closed: Promise<void> | undefined
  const writability = createWritability(classifySqlite, () => store.upsert(db, 'probe', ['id'], [createProbeRow()]))
  const store: Store = {
    kind: 'sqlite',
    db,
    // A file is never swapped for another one while it is open.
    databaseName: sql<string>`''`,
    read: (work) => db.transaction().setAccessMode('read only').execute(work),
    write: (work) => writability.note(() => db.transaction().execute(work)),
    run: (inner, statements) => runStatements(inner, statements, { isLast: false }),
    async runLast(inner, statements) {
      await runStatements(inner, statements, { isLast: true })
    },
    toInserts: (table, rows) => toInserts(INSERT_DIALECT, table, rows),
    toUpserts: (table, key, rows) => toInserts(INSERT_DIALECT, table, rows, key),
    async upsert(inner, table, key, rows) {
      await runStatements(inner, toInserts(INSERT_DIALECT, table, rows, key), { isLast: false })
    },
    migrate: (upTo) => db.connection().execute((alone) => migrateSqlite(alone as unknown as Kysely<unknown>, upTo)),
    listSteps: () => listExecuted(db as unknown as Kysely<unknown>),
    classify: classifySqlite,
    canWrite: writability.canWrite,
    close: () => (closed ??= db.destroy().then(close)),
  }
  return store
}

function createDialect(pools: SqlitePools): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => createSqliteDriver(pools),
    createIntrospector: (db) => new Introspector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/** Of the tables in both files; Kysely's own knows one. */
class Introspector extends SqliteIntrospector {
  readonly #ofClassrooms: SqliteIntrospector

  constructor(db: Kysely<unknown>) {
    super(db)
    this.#ofClassrooms = new SqliteIntrospector(db.withSchema(CLASSROOM_FILE))
  }

  override async getTables(options?: DatabaseMetadataOptions): Promise<TableMetadata[]> {
    return [...(await super.getTables(options)), ...(await this.#ofClassrooms.getTables(options))]
  }
}

function openConnection(dataDir: string): SqliteConnection {
  const connection = createConnection(withCode(() => new Libsql(join(dataDir, MAIN_FILE))))
  connection.execute(`pragma busy_timeout = ${OPEN_WAIT_MS}`)
  connection.execute(`attach ? as ${CLASSROOM_FILE}`, [join(dataDir, CLASSROOMS_FILE)])
  for (const file of ['main', CLASSROOM_FILE]) {
    connection.execute(`pragma ${file}.journal_mode = WAL`)
    connection.execute(`pragma ${file}.synchronous = FULL`)
    // What is deleted is overwritten, so that it is not in the file any more either.
    connection.execute(`pragma ${file}.secure_delete = on`)
  }
  connection.execute('pragma busy_timeout = 0')
  return connection
}

function openReader(dataDir: string): SqliteConnection {
  const connection = openConnection(dataDir)
  connection.execute('pragma query_only = on')
  return connection
}
