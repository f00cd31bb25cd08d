import { sql } from 'kysely'
import type { Database } from '../../../store/schema.ts'
import type { Check, Finding } from '../check.ts'
import { findBroken, type RowRules, rules } from '../rows.ts'

const NUMBERED = 'Its messages are not numbered from 1 to its last_n, each number once.'

/** What is counted for one of them is all that is in it. */
const AT_ONCE = 50

const TABLES: readonly RowRules[] = [
  rules(
    'conversation',
    ['id'],
    [
      {
        holds: sql`last_n = (select count(*) from message where message.conversation_id = conversation.id)
          and last_n = (select coalesce(max(n), 0) from message where message.conversation_id = conversation.id)
          and 0 < (select coalesce(min(n), 1) from message where message.conversation_id = conversation.id)`,
        message: NUMBERED,
      },
      // What was forgotten since may have been later: a deleted account's receipts, a membership that ended.
      ...(['message', 'member', 'annotation', 'event'] as const).map((table) => ({
        holds: sql`last_seq >= coalesce(
          (select max(${sql.ref(`${table}.seq`)}) from ${sql.table(table)}
            where ${sql.ref(`${table}.conversation_id`)} = conversation.id), seq)`,
        message: `Its last_seq is before its last change in "${table}".`,
      })),
      {
        holds: sql`member_count = case when kind = 'everyone'
          then (select count(*) from user where user.former = 0)
          else (select count(*) from member where member.conversation_id = conversation.id and member.removed = 0) end`,
        message: 'Its member_count is not the number of those in it.',
      },
    ],
    AT_ONCE,
  ),
]

/** Messages numbered without gaps, tombstones too, and what a conversation says of what is in it. */
export const conversationsCheck: Check = {
  name: 'conversations',
  async *find({ store: { db } }) {
    for await (const finding of findBroken(db, TABLES)) {
      yield finding.message === NUMBERED ? await withPlace(db, finding) : finding
    }
  },
}

/** Where the numbers break, for whoever looks for what is missing. */
async function withPlace(db: Database, finding: Finding): Promise<Finding> {
  const id = finding.id.split(' ')[1] ?? ''
  const { rows } = await sql<{ n: number }>`
    select coalesce(min(before_it.n), 0) + 1 as n
    from (select 0 as n union all select n from message where conversation_id = ${id} and n > 0) as before_it
    where not exists (select 1 from message where conversation_id = ${id} and message.n = before_it.n + 1)`.execute(db)
  return { ...finding, message: `${finding.message} The first that is missing, or behind them, is ${rows[0]?.n}.` }
}
