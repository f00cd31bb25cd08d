import { type RawBuilder, sql } from 'kysely'
import type { Database, Schema } from '../store/schema.ts'

/** Tables that hold what happened in conversations, each with an index over (conversation, seq). */
type Followed = 'member' | 'message' | 'annotation' | 'event' | 'receipt'

export interface After {
  /** The conversations, each with the seq that its rows follow. */
  begins: ReadonlyMap<string, number>
  /** The head of the log. */
  head: number
  limit: number
  /** Holds for the rows that are asked for, where not all are. */
  only?: RawBuilder<boolean>
}

/** So near to the head one reads all that follows, of whomever: planning a part for each conversation would cost more. */
const NEAR = 10_000
/** A compound statement of SQLite has 500 parts at most. */
const PARTS_MAX = 100

/**
 * Rows of a table that follow a seq in each of some conversations: among them the first `limit` of all. However long the
 * conversations and the log are, it reads at most `limit` rows of each conversation, or ten thousand, and none before its seq.
 */
export async function loadFirstAfter<Table extends Followed>(
  db: Database,
  table: Table,
  after: After,
): Promise<Schema[Table][]> {
  const least = Math.min(...after.begins.values())
  return after.head - least <= NEAR ? loadNear(db, table, after, least) : loadFar(db, table, after)
}

/**
 * All at once: ranges of the index over (conversation, seq). All of it follows the least seq; said again beside it, that
 * bounds what a planner reads that goes by the index over seq instead.
 */
async function loadNear<Table extends Followed>(
  db: Database,
  table: Table,
  { begins, limit, only }: After,
  least: number,
): Promise<Schema[Table][]> {
  const bySeq = new Map<number, string[]>()
  for (const [id, seq] of begins) bySeq.set(seq, [...(bySeq.get(seq) ?? []), id])
  const ranges = [...bySeq].map(([seq, ids]) => sql`conversation_id in (${sql.join(ids)}) and seq > ${seq}`)
  const all = sql`select * from ${sql.table(table)} where seq > ${least} and (${sql.join(ranges, sql` or `)})`
  const { rows } = await sql<Schema[Table]>`${all}${toCondition(only)} order by seq limit ${limit}`.execute(db)
  return rows
}

/**
 * Each by itself:
 *
 *     begins    one statement       each from the index over (conversation, seq)
 *     A  70 ──▶ ┬ first of A after 70 ──┐
 *     B  70 ──▶ ├ first of B after 70 ──┼──▶ the first `limit` of all
 *     C  85 ──▶ ┴ first of C after 85 ──┘
 *
 * Asked at once, a planner either reads the log from the seq on, of which most may be others', or all that follows in each
 * conversation, to sort it. And MariaDB finds as many rows to expect behind the index over seq alone, prefers the other one
 * for it is bound by equality, and reads the conversation from its beginning: hence the hint, a comment to SQLite.
 */
async function loadFar<Table extends Followed>(
  db: Database,
  table: Table,
  { begins, limit, only }: After,
): Promise<Schema[Table][]> {
  const rowsOf = sql`select * from ${sql.table(table)} ${sql.raw(`/*! force index (${table}_change) */`)}`
  const parts = [...begins].map(([id, seq], at) => {
    const first = sql`${rowsOf} where conversation_id = ${id} and seq > ${seq}${toCondition(only)} order by seq limit ${limit}`
    return sql`select * from (${first}) as ${sql.id(`part_${at % PARTS_MAX}`)}`
  })
  const found: Schema[Table][] = []
  for (let from = 0; from < parts.length; from += PARTS_MAX) {
    const together = sql.join(parts.slice(from, from + PARTS_MAX), sql` union all `)
    const { rows } = await sql<Schema[Table]>`${together} order by seq limit ${limit}`.execute(db)
    found.push(...rows)
  }
  return found
}

function toCondition(only: RawBuilder<boolean> | undefined): RawBuilder<unknown> {
  return only === undefined ? sql`` : sql` and ${only}`
}
