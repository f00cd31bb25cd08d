import { sql } from 'kysely'
import type { CommandTable, Database, LogTable } from '../store/schema.ts'

/** Where the logs of one kind have their heads, their lineages and the commands that were done. */
export interface LogTables {
  readonly log: 'log' | 'classroom_log'
  readonly lineage: 'ended_lineage' | 'classroom_lineage'
  readonly command: 'command' | 'classroom_command'
}

/** The tables of one kind, under names that are the same for all. */
export const logOf = ({ log }: LogTables) => sql<LogTable>`${sql.table(log)}`.as('log')
export const commandOf = ({ command }: LogTables) => sql<CommandTable>`${sql.table(command)}`.as('command')

/** A stretch of a log's history, and the position after which it began. */
export interface Lineage {
  id: string
  start: number
}

/** Where a log stands. */
export interface LogHead {
  /** Of clients without lineages. */
  epoch: string
  lineage: Lineage
  head: number
}

export interface FoundHead extends LogHead {
  /** Whoever stands below it has missed what is forgotten by now, and pulls afresh. */
  floor: number
}

export const HEAD_COLUMNS = ['log.epoch', 'log.lineage', 'log.lineage_start', 'log.floor', 'log.head'] as const

export function toHead(record: {
  epoch: string
  lineage: string | null
  lineage_start: number
  floor: number
  head: number
}): FoundHead {
  const { epoch, lineage, lineage_start: start, floor, head } = record
  return { epoch, lineage: { id: lineage ?? epoch, start }, floor, head }
}

/** Where a log stands; undefined when there is none of that name. */
export async function findHead(db: Database, tables: LogTables, log: string): Promise<FoundHead | undefined> {
  const record = await db.selectFrom(logOf(tables)).select(HEAD_COLUMNS).where('id', '=', log).executeTakeFirst()
  return record && toHead(record)
}

/** Where each of these logs stands that is there, with one statement. */
export async function listHeads(
  db: Database,
  tables: LogTables,
  logs: readonly string[],
): Promise<({ log: string } & LogHead)[]> {
  const records = await db.selectFrom(logOf(tables)).select('id').select(HEAD_COLUMNS).where('id', 'in', logs).execute()
  return records.map((record) => ({ log: record.id, ...toHead(record) }))
}

/** The lineages of a log that have ended, the last one first. */
export async function listEndedLineages(
  db: Database,
  tables: LogTables,
  log: string,
): Promise<{ id: string; end: number }[]> {
  return db
    .selectFrom(tables.lineage)
    .select(['id', 'ended as end'])
    .where('log_id', '=', log)
    .orderBy('ended', 'desc')
    .execute()
}
