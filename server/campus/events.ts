import * as v from 'valibot'
import { EVENTS_PAGE_MAX } from '../../shared/protocol/limits.ts'
import { eventRow, type EventRow } from '../../shared/protocol/rows.ts'
import type { Database, EventTable } from '../store/schema.ts'
import { membersOf } from './records.ts'
import type { LogRow } from './types.ts'

/*
 * What happened to a group: a line between two messages. It has no number of its own, but stands after the message with
 * its `n`, and is held with that one: a page of messages brings what stands after each of them, and the page with the
 * first message what stands before it as well.
 */

const body = v.pick(eventRow, ['at', 'byId', 'change'])

export function toEventRow({ conversation_id: conversationId, id, n, seq, body: content }: EventTable): EventRow {
  return { type: 'event', seq, id, conversationId, n, ...v.parse(body, JSON.parse(content)) }
}

export function toEventRecord(row: EventRow): EventTable {
  const { conversationId: conversation_id, id, n, seq } = row
  return { conversation_id, id, n, seq, body: JSON.stringify(v.parse(body, row)) }
}

export function addressEvent(row: EventRow): LogRow<EventRow> {
  return { row, audience: membersOf(row.conversationId) }
}

/**
 * What stands with the newest messages of these conversations, from the first of them on, and with others by their number,
 * as far as one position of the log.
 */
export async function loadNewestEvents(
  db: Database,
  conversations: readonly { id: string; firstN: number; others: readonly number[]; seq: number }[],
): Promise<EventTable[]> {
  return db
    .selectFrom((from) =>
      from
        .selectFrom('event')
        .selectAll()
        // Of each conversation so many: a busy one leaves those of the others where they are.
        .select(({ fn }) =>
          fn
            .agg<number>('row_number')
            .over((over) => over.partitionBy('conversation_id').orderBy('seq', 'desc'))
            .as('newer'),
        )
        .where((or) =>
          or.or(
            conversations.map(({ id, firstN, others, seq }) =>
              or.and([
                or('conversation_id', '=', id),
                or.or([
                  or('n', '>=', lowestOf(firstN)),
                  ...(others.length > 0 ? [or('n', 'in', others.includes(1) ? [0, ...others] : others)] : []),
                ]),
                or('seq', '<=', seq),
              ]),
            ),
          ),
        )
        .as('counted'),
    )
    .select(['conversation_id', 'n', 'id', 'seq', 'body'])
    .where('newer', '<=', EVENTS_PAGE_MAX)
    .execute()
}

/** What stands with the messages from one number to another. */
export async function loadEventsBetween(
  db: Database,
  conversationId: string,
  first: number,
  last: number,
): Promise<EventTable[]> {
  return db
    .selectFrom('event')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('n', '>=', lowestOf(first))
    .where('n', '<=', last)
    .orderBy('n', 'desc')
    .orderBy('seq', 'desc')
    .limit(EVENTS_PAGE_MAX)
    .execute()
}

/** With the first message comes what stands before it. */
function lowestOf(firstN: number): number {
  return firstN <= 1 ? 0 : firstN
}
