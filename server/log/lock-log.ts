import { sql } from 'kysely'
import type { CommandTable, Database } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { commandOf, HEAD_COLUMNS, logOf, toHead, type Lineage, type LogHead, type LogTables } from './log-tables.ts'

export interface LockedLog extends LogHead {
  /** Which database answered. */
  database: string
  /** Those of the asked-for commands that were done before, by id. */
  done: Map<string, CommandTable>
}

/** Thrown when there is no log of that name. */
export class NoSuchLog extends Error {}

/** Waits for the log row and holds it until the transaction ends, then reads what follows from it: two statements. */
export async function lockLog(
  { databaseName }: Pick<Store, 'databaseName'>,
  db: Database,
  tables: LogTables,
  log: string,
  commandIds: readonly string[],
): Promise<LockedLog> {
  await db
    .updateTable(tables.log)
    .set((column) => ({ head: column.ref('head') }))
    .where('id', '=', log)
    .execute()
  const rows = await db
    .selectFrom(logOf(tables))
    .leftJoin(commandOf(tables), (join) =>
      commandIds.length === 0 ? join.on(sql.lit(false)) : join.on('command.id', 'in', commandIds),
    )
    .select(HEAD_COLUMNS)
    .select(databaseName.as('database'))
    .select(['command.id', 'command.user_id', 'command.fingerprint', 'command.seq', 'command.created_at'])
    .where('log.id', '=', log)
    .execute()
  const [first] = rows
  if (first === undefined) throw new NoSuchLog(`there is no log "${log}"`)
  const done = new Map<string, CommandTable>()
  for (const { id, user_id, fingerprint, seq, created_at } of rows) {
    if (id === null || user_id === null || fingerprint === null || seq === null || created_at === null) continue
    done.set(id, { id, user_id, fingerprint, seq, created_at })
  }
  return { ...toHead(first), database: first.database, done }
}

/** Writes where the log stands now; the lineage with it where a new one began. */
export async function moveHead(
  db: Database,
  tables: LogTables,
  log: string,
  head: number,
  begun: Lineage | undefined,
): Promise<void> {
  const lineage = begun && { lineage: begun.id, lineage_start: begun.start }
  await db
    .updateTable(tables.log)
    .set({ head, ...lineage })
    .where('id', '=', log)
    .execute()
}
