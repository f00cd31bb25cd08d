import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { HistoryPage } from '../../shared/protocol/http.ts'
import { HISTORY_PAGE_MESSAGES } from '../../shared/protocol/limits.ts'
import type { Database, MessageTable } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { toAnnotationRow } from './annotations.ts'
import { loadEventsBetween, toEventRow } from './events.ts'
import { HEAD_COLUMNS, toHead } from '../log/log-tables.ts'
import { fromMessage } from './records.ts'

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
      .select(HEAD_COLUMNS)
      .select('member.seq')
      .where('log.id', '=', input.log)
      .executeTakeFirst()
    if (head === undefined || (head.seq === null && input.conversation !== EVERYONE_ID)) {
      return { kind: 'refused', refusal: refusal('not_a_member') }
    }
    const messages = await loadPage(db, input)
    const annotations = await loadAnnotations(db, input.conversation, messages)
    const [first, last] = [messages.at(0)?.n, messages.at(-1)?.n]
    const events =
      first === undefined || last === undefined ? [] : await loadEventsBetween(db, input.conversation, first, last)
    const rows = [...messages.map((message) => fromMessage(message).row), ...annotations, ...events.map(toEventRow)]
    const { floor: _, ...position } = toHead(head)
    return { kind: 'page', page: { ...position, rows } }
  })
}

async function loadPage(db: Database, { conversation, from, limit }: HistoryInput): Promise<MessageTable[]> {
  const count = Math.min(limit, HISTORY_PAGE_MESSAGES)
  const messages = db.selectFrom('message').selectAll().where('conversation_id', '=', conversation).limit(count)
  const first = 'at' in from ? await findFirst(db, conversation, from.at) : undefined
  if (first !== undefined) return messages.where('n', '>=', first).orderBy('n').execute()
  const below = 'before' in from ? messages.where('n', '<', from.before) : messages
  return (await below.orderBy('n', 'desc').execute()).reverse()
}

/** The number of the first message sent at or after a moment. */
async function findFirst(db: Database, conversation: string, at: number): Promise<number | undefined> {
  const first = await db
    .selectFrom('message')
    .select('n')
    .where('conversation_id', '=', conversation)
    .where('sent_at', '>=', at)
    .orderBy('sent_at')
    .orderBy('n')
    .limit(1)
    .executeTakeFirst()
  return first?.n
}

async function loadAnnotations(
  db: Database,
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
  return records.map(toAnnotationRow)
}
