import Libsql from 'libsql'
import { Kysely, sql, SqliteDialect } from 'kysely'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { sqliteColumns } from '../../migrations/columns.ts'
import { runMigrations } from './migrate.ts'
import type { Schema } from './schema.ts'
import type { OnStatement, Store } from './store.ts'

const BUSY_TIMEOUT_MS = 5_000

/**
 * The embedded store: one file, two connections. Writing has one to itself, so that a pull of many
 * pages never stands between a batch and its commit; WAL lets both go on at the same time.
 */
export function openSqlite(file: string, onStatement?: OnStatement): Store {
  mkdirSync(dirname(file), { recursive: true })
  return createSqliteStore(connect(file, onStatement), connect(file, onStatement))
}

/** The store over two connections to one SQLite database, which may be the same one. */
export function createSqliteStore(writer: Kysely<Schema>, reader: Kysely<Schema>): Store {
  return {
    kind: 'sqlite',
    db: writer,
    // A file is never swapped for another one while it is open.
    databaseName: sql<string>`''`,
    read: (work) => reader.transaction().execute(work),
    write: (work) => writer.transaction().execute(work),
    async upsert(db, table, key, rows) {
      const [first] = rows
      if (first === undefined) return
      const columns = Object.keys(first).filter((column) => !(key as readonly string[]).includes(column))
      await db
        .insertInto(table)
        .values(rows as never)
        .onConflict((conflict) =>
          conflict
            .columns(key)
            .doUpdateSet(Object.fromEntries(columns.map((column) => [column, sql.ref(`excluded.${column}`)])) as never),
        )
        .execute()
    },
    migrate: () => writer.connection().execute(migrateAlone),
    classify,
    async close() {
      await reader.destroy()
      await writer.destroy()
    },
  }
}

function connect(file: string, onStatement: OnStatement | undefined): Kysely<Schema> {
  const database = new Libsql(file)
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  return new Kysely<Schema>({
    dialect: new SqliteDialect({ database }),
    ...(onStatement && { log: (event) => onStatement(event.query.sql) }),
  })
}

/** Kysely's lock for migrations does nothing on SQLite, so the steps run in a transaction that lets one process in. */
async function migrateAlone(db: Kysely<Schema>): Promise<void> {
  await sql`begin immediate`.execute(db)
  try {
    await runMigrations(db as unknown as Kysely<unknown>, sqliteColumns)
    await sql`commit`.execute(db)
  } catch (error) {
    await sql`rollback`.execute(db)
    throw error
  }
}

function classify(error: unknown): ReturnType<Store['classify']> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return 'transient'
  return /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE|ERROR)/.test(code) ? 'statement' : 'down'
}
