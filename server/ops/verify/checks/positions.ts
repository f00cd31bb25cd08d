import { type RawBuilder, sql } from 'kysely'
import { CAMPUS_LOG } from '../../../../shared/protocol/fields.ts'
import type { Database } from '../../../store/schema.ts'
import type { Check, Finding } from '../check.ts'
import { findBroken, type Must, type RowRules, rules } from '../rows.ts'

const HEAD = sql`(select head from log where log.id = ${CAMPUS_LOG})`

function within(column: string, least: RawBuilder<unknown> = sql`1`): Must {
  return {
    holds: sql`${sql.ref(column)} between ${least} and ${HEAD}`,
    message: `Its ${column} is no position of the log, or after its head.`,
  }
}

const SEQ = [within('seq')]

const TABLES: readonly RowRules[] = [
  rules('user', ['id'], SEQ),
  rules('conversation', ['id'], [...SEQ, within('last_seq')]),
  rules('member', ['conversation_id', 'user_id'], [...SEQ, within('since')]),
  rules('message', ['id'], SEQ),
  rules('annotation', ['conversation_id', 'message_id', 'kind', 'user_id', 'k'], SEQ),
  rules('event', ['conversation_id', 'n', 'id'], SEQ),
  rules(
    'receipt',
    ['conversation_id', 'user_id'],
    [
      ...[within('seq', sql`0`), within('delivered_seq', sql`0`), within('seen_seq', sql`0`)],
      { holds: sql`seq >= delivered_seq and seq >= seen_seq`, message: 'Its seq is before one of its parts.' },
    ],
  ),
  rules('reading', ['user_id', 'conversation_id'], SEQ),
  rules('personal', ['user_id', 'conversation_id', 'kind'], SEQ),
  rules('hidden_message', ['user_id', 'conversation_id', 'message_id'], SEQ),
  rules('preference', ['user_id'], SEQ),
  rules('standing', ['user_id'], SEQ),
  rules('block', ['user_id', 'blocked_id'], SEQ),
  // One that never moved the log has no position.
  rules('contact_request', ['user_id', 'conversation_id'], [within('seq', sql`-1`)]),
  rules(
    'log',
    ['id'],
    [
      { holds: sql`floor between 0 and head`, message: 'Its floor is after its head.' },
      { holds: sql`lineage_start between 0 and head`, message: 'Its lineage begins after its head.' },
    ],
  ),
]

/** Every change of the campus lies in its log, and no two rows of a table at one place of it. */
export const positionsCheck: Check = {
  name: 'positions in the log',
  async *find({ store: { db } }) {
    yield* findBroken(db, TABLES)
    for (const { table, must } of TABLES) {
      // A change of receipts is one of several members.
      if (table !== 'receipt' && must.some(({ message }) => message.startsWith('Its seq'))) yield* findShared(db, table)
    }
  },
}

const PAGE_ROWS = 1_000

/** Read along the index of seq, a page a statement. */
async function* findShared(db: Database, table: string): AsyncGenerator<Finding> {
  for (let after = 0; ;) {
    const { rows } = await sql<{ seq: number; count: number }>`
      select seq, count(*) as count from ${sql.table(table)}
      where seq > ${after} group by seq order by seq limit ${sql.lit(PAGE_ROWS)}`.execute(db)
    for (const { seq, count } of rows) {
      if (count > 1) yield { id: `${table} ${seq}`, message: `${count} rows have this seq, which is one row's.` }
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE_ROWS) return
    after = last.seq
  }
}
