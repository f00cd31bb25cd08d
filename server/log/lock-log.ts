import { sql, type InferResult, type UpdateResult } from 'kysely'
import type { CommandTable, Database } from '../store/schema.ts'
import type { Statement } from '../store/statements.ts'
import type { Store } from '../store/store.ts'
import { fill } from '../store/templates.ts'
import { commandOf, HEAD_COLUMNS, logOf, toHead, type Lineage, type LogHead, type LogTables } from './log-tables.ts'

export interface LockedLog extends LogHead {
  /** Which database answered. */
  database: string
  /** Those of the asked-for commands that were done before, by id. */
  done: Map<string, CommandTable>
  /** What else was asked came to. */
  answers: readonly (readonly unknown[])[]
}

/** Thrown when there is no log of that name. */
export class NoSuchLog extends Error {}

/**
 * Waits for the log row and holds it until the transaction ends, then reads what follows from it and what else is asked
 * of the database: one message.
 */
export async function lockLog(
  { databaseName, run }: Pick<Store, 'databaseName' | 'run'>,
  db: Database,
  tables: LogTables,
  log: string,
  commandIds: readonly string[],
  asked: readonly Statement[] = [],
): Promise<LockedLog> {
  const lock = fill(db, `lock ${tables.log}`, [log], ([id = '']) =>
    db
      .updateTable(tables.log)
      .set((column) => ({ head: column.ref('head') }))
      .where('id', '=', id),
  )
  // Two kinds may have their logs in one table, and their commands in two; and after a failover another database answers.
  const shape = `${tables.log} and ${commandIds.length} ${tables.command} in ${databaseName.compile(db).sql}`
  const look = fill(db, shape, [log, ...commandIds], ([id = '', ...ids]) =>
    db
      .selectFrom(logOf(tables))
      .leftJoin(commandOf(tables), (join) =>
        ids.length === 0 ? join.on(sql.lit(false)) : join.on('command.id', 'in', ids),
      )
      .select(HEAD_COLUMNS)
      .select(databaseName.as('database'))
      .select(['command.id', 'command.user_id', 'command.fingerprint', 'command.seq', 'command.created_at'])
      .where('log.id', '=', id),
  )
  const [, found, ...answers] = await run(db, [lock, look, ...asked])
  const rows = found as InferResult<typeof look>
  const [first] = rows
  if (first === undefined) throw new NoSuchLog(`there is no log "${log}"`)
  const done = new Map<string, CommandTable>()
  for (const { id, user_id, fingerprint, seq, created_at } of rows) {
    if (id === null || user_id === null || fingerprint === null || seq === null || created_at === null) continue
    done.set(id, { id, user_id, fingerprint, seq, created_at })
  }
  return { ...toHead(first), database: first.database, done, answers }
}

/** What writes where the log stands now; the lineage with it where a new one began. */
export function toMovedHead(
  db: Database,
  tables: LogTables,
  log: string,
  head: number,
  begun: Lineage | undefined,
): Statement {
  const moved = db.updateTable(tables.log)
  if (begun !== undefined) {
    return moved.set({ head, lineage: begun.id, lineage_start: begun.start }).where('id', '=', log)
  }
  return fill<UpdateResult, number | string>(db, `move ${tables.log}`, [head, log], ([to, id]) =>
    moved.set({ head: to as number }).where('id', '=', id as string),
  )
}
