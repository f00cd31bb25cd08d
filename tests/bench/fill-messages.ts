import { sql } from 'kysely'
import { uuidv7 } from 'uuidv7'
import type { MessageTable } from '../../server/store/schema.ts'
import type { Store } from '../../server/store/store.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../shared/protocol/fields.ts'

/** What both databases take in one statement. */
const ROWS_AT_ONCE = 1_000
const PATTERN = 10_000
/** One a minute, from here on. */
export const FIRST_SENT_AT = 1_700_000_000_000
export const SENT_EVERY_MS = 60_000

export interface FilledMessages {
  firstSeq: number
  lastSeq: number
}

export interface Filling {
  authorId: string
  count: number
  toText: (place: number) => string
  /** Everyone alone, unless others are named: then each gets one in turn. */
  conversationIds?: readonly string[]
}

/**
 * Puts messages behind those that are there as if they had been sent one by one, without the hours that this would take.
 * In MariaDB the first ten thousand of Everyone are copied until there are enough.
 */
export async function fillMessages(
  store: Store,
  { authorId, count, toText, conversationIds = [EVERYONE_ID] }: Filling,
): Promise<FilledMessages> {
  const { head } = await store.db
    .selectFrom('log')
    .select('head')
    .where('id', '=', CAMPUS_LOG)
    .executeTakeFirstOrThrow()
  const lastNs = await findLastNs(store, conversationIds)
  const held = [...lastNs.values()].reduce((sum, n) => sum + n, 0)
  const turns = conversationIds.length
  const toMessage = (place: number): MessageTable => {
    const conversationId = conversationIds[place % turns] ?? ''
    const at = FIRST_SENT_AT + (held + place) * SENT_EVERY_MS
    const n = (lastNs.get(conversationId) ?? 0) + Math.floor(place / turns) + 1
    return {
      ...{ id: uuidv7(), seq: head + place + 1, conversation_id: conversationId, n, author_id: authorId },
      ...{ text: toText(place), written_at: at, sent_at: at, edited_at: null, reply_to_id: null, reply_to_n: null },
      ...{
        mentions: null,
        mentions_all: 0,
        forwarded: 0,
        pinned_at: null,
        pinned_by: null,
        edits: 0,
        files: null,
        taken_away: 0,
        withheld: null,
      },
    }
  }
  const isCopied = store.kind === 'mysql' && turns === 1 && held === 0 && count > PATTERN
  const inserted = isCopied ? PATTERN : count
  for (let from = 0; from < inserted; from += ROWS_AT_ONCE) {
    const rows = Array.from({ length: Math.min(ROWS_AT_ONCE, inserted - from) }, (_, index) => toMessage(from + index))
    await store.db.insertInto('message').values(rows).execute()
  }
  if (isCopied) await copyPattern(store, count)
  const lastSeq = head + count
  await store.db.updateTable('log').set({ head: lastSeq }).where('id', '=', CAMPUS_LOG).execute()
  for (const [turn, id] of conversationIds.entries()) {
    const filled = Math.ceil((count - turn) / turns)
    await store.db
      .updateTable('conversation')
      .set({ last_n: (lastNs.get(id) ?? 0) + filled, last_seq: head + turn + turns * (filled - 1) + 1 })
      .where('id', '=', id)
      .execute()
  }
  return { firstSeq: head + 1, lastSeq }
}

async function findLastNs(store: Store, ids: readonly string[]): Promise<Map<string, number>> {
  const found = await store.db.selectFrom('conversation').select(['id', 'last_n']).where('id', 'in', ids).execute()
  return new Map(found.map(({ id, last_n }) => [id, last_n]))
}

async function copyPattern(store: Store, count: number): Promise<void> {
  for (let by = PATTERN; by < count; by += PATTERN) {
    const later = by * SENT_EVERY_MS
    await sql`insert into message
      (id, seq, conversation_id, n, author_id, text, written_at, sent_at, mentions_all, forwarded, edits)
      select uuid(), seq + ${by}, conversation_id, n + ${by}, author_id, text, written_at + ${later}, sent_at + ${later}, 0, 0, 0
      from message where conversation_id = ${EVERYONE_ID} and n <= ${Math.min(PATTERN, count - by)}`.execute(store.db)
  }
}
