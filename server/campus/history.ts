import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { HistoryPage } from '../../shared/protocol/http.ts'
import { HISTORY_PAGE_MAX } from '../../shared/protocol/limits.ts'
import type { Database, MessageTable } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { toShownAnnotation } from './annotations.ts'
import { loadEventsBetween, toEventRow } from './events.ts'
import { HEAD_COLUMNS, toHead } from '../log/log-tables.ts'
import { loadIntroductions } from './introductions.ts'
import { fromMessage } from './records.ts'
import { showTo } from './withheld.ts'

export interface HistoryInput {
  log: string
  conversation: string
  /** Below this `n`, or from the first message that was sent at or after this moment on. */
  from: { before: number } | { at: number }
  limit: number
}

export type HistoryOutcome = { kind: 'page'; page: HistoryPage } | { kind: 'refused'; refusal: Refusal }

/**
 * A page of messages with what hangs on them, `n` ascending; whoever joined later sees them too. After the
 * last message there is nothing to begin at: the page of a later moment is the last one.
 */
export async function history(store: Store, userId: string, input: HistoryInput): Promise<HistoryOutcome> {
  return store.read(async (db) => {
    const head = await db
      .selectFrom('log')
      .leftJoin('member', (join) =>
        join
          .on('member.conversation_id', '=', input.conversation)
          .on('member.user_id', '=', userId)
          .on('member.removed', '=', 0),
      )
      .leftJoin('conversation', (join) => join.on('conversation.id', '=', input.conversation))
      .innerJoin('conversation as everyone', (join) => join.on('everyone.id', '=', EVERYONE_ID))
      .select(HEAD_COLUMNS)
      .select(['member.seq', 'conversation.last_n', 'everyone.crowded'])
      .where('log.id', '=', input.log)
      .executeTakeFirst()
    if (head === undefined || (head.seq === null && input.conversation !== EVERYONE_ID)) {
      return { kind: 'refused', refusal: refusal('not_a_member') }
    }
    const messages = await loadPage(db, input, head.last_n ?? 0)
    const annotations = await loadAnnotations(db, userId, input.conversation, messages)
    const [first, last] = [messages.at(0)?.n, messages.at(-1)?.n]
    const events =
      first === undefined || last === undefined ? [] : await loadEventsBetween(db, input.conversation, first, last)
    const rows: HistoryPage['rows'] = [
      ...messages.map((message) => fromMessage(showTo(userId, message)).row),
      ...annotations,
      ...events.map(toEventRow),
    ]
    const { floor: _, ...position } = toHead(head)
    const introductions = head.crowded === 1 ? await loadIntroductions(db, rows, position.head) : []
    return { kind: 'page', page: { ...position, rows: [...introductions, ...rows] } }
  })
}

/**
 * The numbers of a conversation have no gaps, so a page is what lies between two of them. Bounded on one side alone, with a
 * limit, MariaDB may read all the way up to the other end.
 */
async function loadPage(
  db: Database,
  { conversation, from, limit }: HistoryInput,
  lastN: number,
): Promise<MessageTable[]> {
  const count = Math.min(limit, HISTORY_PAGE_MAX)
  const found = 'at' in from ? await findFirst(db, conversation, from.at) : undefined
  const end = 'before' in from ? Math.min(from.before, lastN + 1) : lastN + 1
  const first = found ?? end - count
  return db
    .selectFrom('message')
    .selectAll()
    .where('conversation_id', '=', conversation)
    .where('n', '>=', first)
    .where('n', '<', first + count)
    .orderBy('n')
    .execute()
}

/**
 * The number of the first message sent at or after a moment. When that was comes first, which the index tells: asked for the
 * least of both, MariaDB sorts all that was sent since.
 */
async function findFirst(db: Database, conversation: string, at: number): Promise<number | undefined> {
  const sent = db.selectFrom('message').where('conversation_id', '=', conversation)
  const first = await sent.select('sent_at').where('sent_at', '>=', at).orderBy('sent_at').limit(1).executeTakeFirst()
  if (first === undefined) return undefined
  // As many as one transaction sent. Asked for the least of them, SQLite would walk up the numbers.
  const together = await sent.select('n').where('sent_at', '=', first.sent_at).execute()
  return Math.min(...together.map(({ n }) => n))
}

async function loadAnnotations(
  db: Database,
  userId: string,
  conversation: string,
  messages: readonly MessageTable[],
): Promise<HistoryPage['rows']> {
  if (messages.length === 0) return []
  const records = await db
    .selectFrom('annotation')
    .selectAll()
    .where('conversation_id', '=', conversation)
    .where('kind', 'in', ['revision', 'reaction'])
    .where(
      'message_id',
      'in',
      messages.map((message) => message.id),
    )
    .execute()
  return records.flatMap((record) => toShownAnnotation(userId, record))
}
