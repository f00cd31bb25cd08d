import { sql } from 'kysely'
import * as v from 'valibot'
import { type BlockRow, type RequestRow, requestRow } from '../../shared/protocol/rows.ts'
import type { BlockTable, ContactRequestTable, Database } from '../store/schema.ts'
import type { LogRow } from './types.ts'

/*
 * Whom somebody blocked, and what they are asked:
 *
 *              ┌─ they blocked who asks ──▶ silent ── on terms again, and the other one tries ─┐
 *     nothing ─┤                                                                               ▼
 *              └─ they want to be asked ──▶ asked ──▶ accepted, declined, or withdrawn: they blocked who asks
 *     in a group ── they leave for good ──▶ left ──▶ back: they take it back
 *
 * Of a silent one its owner never hears. Who asks sees the same in each of these but `accepted`.
 */

const body = v.pick(requestRow, ['kind', 'title', 'messages'])
export type RequestBody = v.InferOutput<typeof body>

export function toRequestBody({ body: content }: Pick<ContactRequestTable, 'body'>): RequestBody {
  return v.parse(body, JSON.parse(content))
}

export function fromBlock({ user_id: userId, blocked_id, seq, blocked, changed_at: at }: BlockTable): LogRow<BlockRow> {
  return {
    row: { type: 'block', seq, userId: blocked_id, blocked: blocked === 1, at },
    audience: { kind: 'user', userId },
  }
}

/** Nothing of one of which its owner does not hear; of one that is answered, only that. */
export function fromRequest(record: ContactRequestTable): LogRow<RequestRow>[] {
  if (record.state === 'silent' || record.seq < 0) return []
  const { kind, title, messages } = toRequestBody(record)
  const state = record.state === 'asked' || record.state === 'left' ? record.state : 'answered'
  const row: RequestRow = {
    ...{ type: 'request', seq: record.seq, conversationId: record.conversation_id, state, kind, at: record.asked_at },
    byId: state === 'asked' ? record.asked_by : null,
    title: state === 'answered' ? null : title,
    messages: state === 'asked' ? messages : [],
  }
  return [{ row, audience: { kind: 'user', userId: record.user_id } }]
}

/** What changed after the cursor of whom somebody blocked and what they are asked; from the beginning on, what holds. One statement. */
export async function loadContactRows(
  db: Database,
  userId: string,
  cursor: number,
): Promise<(BlockRow | RequestRow)[]> {
  const records = await db
    .selectFrom('block')
    .select(['blocked_id as subject_id', 'seq', 'blocked', 'changed_at as at'])
    .select([sql<ContactRequestTable['state'] | null>`null`.as('state'), sql<string | null>`null`.as('asked_by')])
    .select(sql<string>`''`.as('body'))
    .where('user_id', '=', userId)
    .where('seq', '>', cursor)
    .$if(cursor === 0, (standing) => standing.where('blocked', '=', 1))
    .unionAll((from) =>
      from
        .selectFrom('contact_request')
        .select(['conversation_id as subject_id', 'seq', sql<number>`0`.as('blocked'), 'asked_at as at'])
        .select(['state', 'asked_by', 'body'])
        .where('user_id', '=', userId)
        .where('seq', '>', cursor)
        .$if(cursor === 0, (standing) => standing.where('state', 'in', ['asked', 'left'])),
    )
    .execute()
  return records.flatMap(({ subject_id, seq, blocked, at, state, asked_by, body }): (BlockRow | RequestRow)[] =>
    state === null
      ? [fromBlock({ user_id: userId, blocked_id: subject_id, seq, blocked, changed_at: at }).row]
      : fromRequest({ user_id: userId, conversation_id: subject_id, seq, state, asked_by, asked_at: at, body }).map(
          ({ row }) => row,
        ),
  )
}
