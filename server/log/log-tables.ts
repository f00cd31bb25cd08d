import type { Database } from '../store/schema.ts'

/** Where the logs of one kind have their heads and the commands that were done. */
export interface LogTables {
  readonly log: 'log'
  readonly command: 'command'
}

/** Where a log stands. */
export interface LogHead {
  epoch: string
  epochStart: number
  head: number
}

/** Where a log stands; undefined when there is none of that name. */
export async function findHead(db: Database, tables: LogTables, log: string): Promise<LogHead | undefined> {
  return db
    .selectFrom(tables.log)
    .select(['epoch', 'epoch_start as epochStart', 'head'])
    .where('id', '=', log)
    .executeTakeFirst()
}

/** Where each of these logs stands that is there, with one statement. */
export async function listHeads(
  db: Database,
  tables: LogTables,
  logs: readonly string[],
): Promise<({ log: string } & LogHead)[]> {
  return db
    .selectFrom(tables.log)
    .select(['id as log', 'epoch', 'epoch_start as epochStart', 'head'])
    .where('id', 'in', logs)
    .execute()
}
