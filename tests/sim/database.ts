import Libsql from 'libsql'
import { Kysely, SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely'
import { createSqliteStore } from '../../server/store/sqlite.ts'
import type { Schema } from '../../server/store/schema.ts'
import type { Store } from '../../server/store/store.ts'

/*
 * The one database of a simulated campus: the real SQLite store, in memory. It is made once and begun anew for each
 * run, for its migrations would take longer than a run does.
 */
export interface SimDatabase {
  readonly store: Store
  /** Reads, at once. */
  all<Row>(sql: string, ...parameters: readonly unknown[]): Row[]
  /** Begins anew; what was planted in it is gone. */
  reset(): void
  /** Notes everything as it is now: a backup, or as far as a replica has come. */
  backUp(): void
  /** Puts back what was noted last. */
  restore(): void
  /** Statements that run with every change, as a bug in ours would. */
  plant(triggers: readonly string[]): void
}

let made: Promise<SimDatabase> | undefined

export function openSimDatabase(): Promise<SimDatabase> {
  made ??= createSimDatabase()
  return made
}

async function createSimDatabase(): Promise<SimDatabase> {
  const handle = openMemory()
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: handle }) })
  const store = createSqliteStore(db, db)
  await store.migrate()
  const run = (sql: string) => void handle.prepare(sql).run([])
  const tables = (handle.prepare(LIST_TABLES).all([]) as { name: string }[]).map(({ name }) => name)
  const copyAll = (from: string, to: string) => {
    run('begin')
    for (const table of tables) {
      run(`delete from ${to.replace('*', table)}`)
      run(`insert into ${to.replace('*', table)} select * from ${from.replace('*', table)}`)
    }
    run('commit')
  }
  run('pragma temp_store = memory')
  for (const table of tables) {
    run(`create temp table "new ${table}" as select * from main."${table}"`)
    run(`create temp table "old ${table}" as select * from main."${table}"`)
  }
  let planted: string[] = []
  return {
    store,
    all: <Row>(sql: string, ...parameters: readonly unknown[]) => handle.prepare(sql).all(parameters) as Row[],
    reset() {
      for (const name of planted) run(`drop trigger temp.${name}`)
      planted = []
      copyAll('temp."new *"', 'main."*"')
    },
    backUp: () => copyAll('main."*"', 'temp."old *"'),
    restore: () => copyAll('temp."old *"', 'main."*"'),
    plant(triggers) {
      for (const [index, body] of triggers.entries()) {
        planted.push(`planted_${index}`)
        handle.prepare(`create temp trigger planted_${index} ${body}`).run([])
      }
    },
  }
}

const LIST_TABLES =
  "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like 'kysely_%'"

/** Each statement is prepared once: of a simulation's time that was a quarter. */
function openMemory(): SqliteDatabase {
  const memory = new Libsql(':memory:')
  const prepared = new Map<string, SqliteStatement>()
  return {
    close: () => memory.close(),
    prepare(sql) {
      const known = prepared.get(sql)
      if (known !== undefined) return known
      const statement = memory.prepare(sql)
      prepared.set(sql, statement)
      return statement
    },
  }
}
