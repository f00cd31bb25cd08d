import { randomBytes } from 'node:crypto'
import type { Database } from '../store/schema.ts'
import type { Lineage, LogTables } from './log-tables.ts'

/*
 * Lineages: how a log notices by itself that it was put back, by a restored backup or a failover that lost
 * commits, as Kafka's followers do by leader epochs (KIP-101).
 *
 *     L1 ──────────────●───── commits that are gone ─ ─ ─ ▶      a client stands here, with (L1, its cursor)
 *                      │ the database that answers now ends here
 *                      └─ L2 ─────────────────────────▶          the next writer begins L2: L1 ended below that cursor
 *
 * A process begins a lineage where it begins to write, under the log's lock: with its first commit, after the
 * store was away, and when what it finds is not what it left (a head further back, another database, a lineage
 * that did not follow on the one it knew). So between two histories that differ there is always a mark that only
 * one of them has. A cursor carries the lineage in which it was given; it is of this history if that lineage is the
 * present one, or ended at or after the cursor.
 */

/** A client's position in a log: empty without a lineage. */
export interface LogPosition {
  lineage: string
  cursor: number
}

/** The lineages of a log's history, each up to where it goes. */
export interface History {
  current: Lineage
  head: number
  ended: ReadonlyMap<string, number>
}

/** Whether a position is of this history. One without a lineage is taken as long as it is not ahead. */
export function isOf(history: History, { lineage, cursor }: LogPosition): boolean {
  if (lineage === '' || lineage === history.current.id) return cursor <= history.head
  return cursor <= (history.ended.get(lineage) ?? -1)
}

/** What a process knows of a log since it last wrote to it. */
export interface Left {
  lineage: string
  head: number
  database: string
}

/** Whether what a writer finds under the lock follows on what it left; `ended` is asked only where another process began a lineage since. */
export async function followsOn(
  found: { lineage: Lineage; head: number; database: string },
  left: Left | undefined,
  findEnd: (lineage: string) => Promise<number | undefined>,
): Promise<boolean> {
  if (left === undefined || found.database !== left.database || found.head < left.head) return false
  return found.lineage.id === left.lineage || ((await findEnd(left.lineage)) ?? -1) >= left.head
}

/** So many are kept of one log; a client that stands in an older one pulls afresh. */
export const ENDED_LINEAGES_MAX = 300

/** Begins a new lineage at this head, under the log's lock, and returns it. What `log` says of the present one is written with the head. */
export async function beginLineage(
  db: Database,
  tables: LogTables,
  log: string,
  { lineage, head }: { lineage: Lineage; head: number },
): Promise<Lineage> {
  // Nobody was given a position in one in which nothing was written.
  if (head > lineage.start) {
    await db.insertInto(tables.lineage).values({ log_id: log, id: lineage.id, ended: head }).execute()
    await dropOldLineages(db, tables, log)
  }
  return { id: randomBytes(9).toString('base64url'), start: head }
}

async function dropOldLineages(db: Database, tables: LogTables, log: string): Promise<void> {
  const oldest = await db
    .selectFrom(tables.lineage)
    .select('ended')
    .where('log_id', '=', log)
    .orderBy('ended', 'desc')
    .offset(ENDED_LINEAGES_MAX)
    .limit(1)
    .executeTakeFirst()
  if (oldest === undefined) return
  await db.deleteFrom(tables.lineage).where('log_id', '=', log).where('ended', '<=', oldest.ended).execute()
}
