import { sql } from 'kysely'
import type { CommandTable, Database } from '../store/schema.ts'

export interface LockedLog {
  epoch: string
  head: number
  /** Those of the asked-for commands that were done before, by id. */
  done: Map<string, CommandTable>
}

/** Waits for the log row and holds it until the transaction ends, then reads what follows from it: two statements. */
export async function lockLog(db: Database, log: string, commandIds: readonly string[]): Promise<LockedLog> {
  await db
    .updateTable('log')
    .set((column) => ({ head: column.ref('head') }))
    .where('id', '=', log)
    .execute()
  const rows = await db
    .selectFrom('log')
    .leftJoin('command', (join) =>
      commandIds.length === 0 ? join.on(sql.lit(false)) : join.on('command.id', 'in', commandIds),
    )
    .select(['log.epoch', 'log.head', 'command.id', 'command.user_id', 'command.fingerprint', 'command.seq'])
    .select('command.created_at')
    .where('log.id', '=', log)
    .execute()
  const [first] = rows
  if (first === undefined) throw new Error(`there is no log "${log}"`)
  const done = new Map<string, CommandTable>()
  for (const { id, user_id, fingerprint, seq, created_at } of rows) {
    if (id === null || user_id === null || fingerprint === null || seq === null || created_at === null) continue
    done.set(id, { id, user_id, fingerprint, seq, created_at })
  }
  return { epoch: first.epoch, head: first.head, done }
}

export async function moveHead(db: Database, log: string, head: number): Promise<void> {
  await db.updateTable('log').set({ head }).where('id', '=', log).execute()
}
