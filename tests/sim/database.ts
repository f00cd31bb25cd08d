import Libsql from 'libsql'
import { createMemoryStore } from '../../server/store/sqlite.ts'
import type { SqliteHandle, SqliteStatement } from '../../server/store/sqlite-connection.ts'
import type { Store } from '../../server/store/store.ts'

const TABLES = [
  ...(['log', 'user', 'conversation', 'member', 'message', 'reading', 'command'] as const),
  ...(['mention', 'annotation', 'personal', 'preference', 'picture'] as const),
] as const

/** The one database of a simulated campus: the real SQLite store, in memory. */
export interface SimDatabase {
  store: Store
  backUp(): Promise<Backup>
  /** Puts back what a backup holds, as the operator does: in a new epoch. */
  restore(backup: Backup, epoch: string): Promise<void>
}

export type Backup = Map<(typeof TABLES)[number], object[]>

export async function createSimDatabase(): Promise<SimDatabase> {
  const store = createMemoryStore(openMemory())
  const { db } = store
  await store.migrate()
  return {
    store,
    async backUp() {
      const backup: Backup = new Map()
      for (const table of TABLES) backup.set(table, await db.selectFrom(table).selectAll().execute())
      return backup
    },
    async restore(backup, epoch) {
      await store.write(async (transaction) => {
        for (const table of TABLES) {
          await transaction.deleteFrom(table).execute()
          for (const row of backup.get(table) ?? []) await transaction.insertInto(table).values(toRecord(row)).execute()
        }
        await transaction
          .updateTable('log')
          .set((column) => ({ epoch, epoch_start: column.ref('head') }))
          .execute()
      })
    },
  }
}

/** Each statement is prepared once: of a simulation's time that was a quarter. */
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
      const statement = memory.prepare(sql)
      prepared.set(sql, statement)
      return statement
    },
  }
}

/** What SQLite hands out as bytes it does not take in the same form. */
function toRecord(row: object): object {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value instanceof ArrayBuffer ? new Uint8Array(value) : value]),
  )
}
