import Libsql from 'libsql'
import { CLASSROOM_FILE } from '../../migrations/columns.ts'
import { createMemoryStore } from '../../server/store/sqlite.ts'
import type { SqliteHandle, SqliteStatement } from '../../server/store/sqlite-connection.ts'
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
  const store = createMemoryStore(handle)
  await store.migrate()
  const run = (sql: string) => void handle.prepare(sql).run([])
  const tables = FILES.flatMap((file) =>
    (handle.prepare(listTables(file)).all([]) as { name: string }[]).map(({ name }) => ({ file, name })),
  )
  const copyAll = (from: Copy, to: Copy) => {
    run('begin')
    for (const { file, name } of tables) {
      run(`delete from ${nameOf(to, file, name)}`)
      run(`insert into ${nameOf(to, file, name)} select * from ${nameOf(from, file, name)}`)
    }
    run('commit')
  }
  run('pragma temp_store = memory')
  for (const { file, name } of tables) {
    for (const copy of ['new', 'old'] as const)
      run(`create temp table ${nameOf(copy, file, name)} as select * from ${nameOf('now', file, name)}`)
  }
  let planted: string[] = []
  return {
    store,
    all: <Row>(sql: string, ...parameters: readonly unknown[]) => handle.prepare(sql).all(parameters) as Row[],
    reset() {
      // A run that a planted mistake broke off may have left one.
      if (handle.inTransaction) run('rollback')
      for (const name of planted) run(`drop trigger temp.${name}`)
      planted = []
      copyAll('new', 'now')
    },
    backUp: () => copyAll('now', 'old'),
    restore: () => copyAll('old', 'now'),
    plant(triggers) {
      for (const [index, body] of triggers.entries()) {
        planted.push(`planted_${index}`)
        handle.prepare(`create temp trigger planted_${index} ${body}`).run([])
      }
    },
  }
}

const FILES = ['main', CLASSROOM_FILE]
type Copy = 'now' | 'new' | 'old'

const listTables = (file: string) =>
  `select name from ${file}.sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like 'kysely_%'`

const nameOf = (copy: Copy, file: string, name: string) =>
  copy === 'now' ? `${file}."${name}"` : `temp."${copy} ${name}"`

/** Each statement is prepared, and asked whether it answers with rows, once: of a simulation's time that was a quarter. */
function openMemory(): SqliteHandle {
  const memory = new Libsql(':memory:')
  const prepared = new Map<string, SqliteStatement>()
  return {
    close: () => memory.close(),
    get inTransaction() {
      return memory.inTransaction
    },
    prepare(sql) {
      const known = prepared.get(sql)
      if (known !== undefined) return known
      const made = memory.prepare(sql)
      const statement: SqliteStatement = {
        reader: made.reader,
        all: (parameters) => made.all(parameters),
        run: (parameters) => made.run(parameters),
      }
      prepared.set(sql, statement)
      return statement
    },
  }
}
