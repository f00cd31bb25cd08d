import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { Row } from '../../shared/protocol/rows.ts'
import type { AnnotationTable, Database, MessageTable } from '../store/schema.ts'
import { toShownAnnotation } from './annotations.ts'
import { loadNewestEvents, toEventRow } from './events.ts'
import { toReceiptRows } from './receipts.ts'
import type { PrivateRow } from './private-rows.ts'
import { fromConversation, fromMember, fromMessage } from './records.ts'
import type { Membership } from './view.ts'
import { showTo } from './withheld.ts'

/** A membership as it stands at one position: what changed after `seq` is not in it, and comes row by row. */
export interface SnapshotOf {
  membership: Membership
  seq: number
  lastN: number
  /** So many of the newest messages come along. */
  newest: number
}

export interface Reader {
  userId: string
  /** Whether they get what others have seen. */
  seen: boolean
}

/** So many messages at most come along because they are pinned, or mention the reader and are unread. */
const POINTED_OUT_MAX = 1_000

/**
 * What somebody gets at once of conversations that are new to their device: the conversation, who is
 * in it, the rows of their own, the newest messages and, however old, those that are pinned or mention
 * them and are unread, with all that hangs on them, and what happened among the newest. Six statements.
 */
export async function loadSnapshots(
  db: Database,
  reader: Reader,
  wanted: readonly SnapshotOf[],
  privateRows: readonly PrivateRow[],
): Promise<Row[]> {
  if (wanted.length === 0) return []
  const seqs = new Map(wanted.map(({ membership, seq }) => [membership.conversation.id, seq]))
  const isThere = (record: { conversation_id: string; seq: number }) =>
    record.seq <= (seqs.get(record.conversation_id) ?? -1)
  const members = await db
    .selectFrom('member')
    .selectAll()
    .where('removed', '!=', 1)
    .where('conversation_id', 'in', [...seqs.keys()])
    .execute()
  const messages = await loadMessages(db, reader, wanted)
  const annotations = await loadAnnotationsOf(db, messages)
  const events = await loadNewestEvents(
    db,
    wanted.map(({ membership, lastN, newest, seq }) => ({
      ...{ id: membership.conversation.id, firstN: lastN - newest + 1, seq },
      others: placesIn(messages, membership.conversation.id, lastN - newest),
    })),
  )
  const receipts = await db
    .selectFrom('receipt')
    .selectAll()
    .where('conversation_id', 'in', [...seqs.keys()])
    .execute()
  return [
    ...wanted
      .filter(({ membership, seq }) => membership.conversation.seq <= seq)
      .map(({ membership }) => fromConversation(membership.conversation).row),
    ...members.filter(isThere).map((member) => fromMember(member).row),
    ...privateRows.filter((row) => row.seq <= (seqs.get(row.conversationId) ?? -1) && !isBroughtBack(row)),
    ...messages.filter(isThere).map((message) => fromMessage(showTo(reader.userId, message)).row),
    ...annotations.filter(isThere).flatMap((record) => toShownAnnotation(reader.userId, record)),
    ...events.map(toEventRow),
    ...toReceiptRows(receipts, reader.seen).filter((row) => row.seq <= (seqs.get(row.conversationId) ?? -1)),
  ]
}

/** Nothing is held of a conversation that is new to a device, so nothing has to be undone. */
function isBroughtBack(row: PrivateRow): boolean {
  return row.type === 'hidden' && !row.hidden
}

/** By conversation and n. Also those that changed after the snapshot: what hangs on them may be older. */
async function loadMessages(db: Database, reader: Reader, wanted: readonly SnapshotOf[]): Promise<MessageTable[]> {
  const newest = await db
    .selectFrom('message')
    .selectAll()
    .where((or) =>
      or.or(
        wanted.map(({ membership, lastN, newest: count }) =>
          or.and([
            or('conversation_id', '=', membership.conversation.id),
            or('n', '>', lastN - count),
            or('n', '<=', lastN),
          ]),
        ),
      ),
    )
    .orderBy('conversation_id')
    .orderBy('n')
    .execute()
  const held = new Set(newest.map((message) => message.id))
  const pointedOut = await loadPointedOut(
    db,
    reader,
    wanted.map(({ membership }) => membership.conversation.id),
  )
  return [...newest, ...pointedOut.filter((message) => !held.has(message.id))]
}

/** What is pinned in these conversations, or mentions the reader and is unread. */
export async function loadPointedOut(
  db: Database,
  { userId }: Pick<Reader, 'userId'>,
  conversationIds: string[],
): Promise<MessageTable[]> {
  return db
    .selectFrom((from) =>
      from
        .selectFrom('message')
        .select('id')
        .where('conversation_id', 'in', conversationIds)
        .where('pinned_at', 'is not', null)
        .union((other) =>
          other
            .selectFrom('mention')
            .leftJoin('reading', (join) =>
              join.onRef('reading.conversation_id', '=', 'mention.conversation_id').on('reading.user_id', '=', userId),
            )
            .select('mention.message_id as id')
            .where('mention.conversation_id', 'in', conversationIds)
            .where('mention.user_id', 'in', [userId, EVERYONE_ID])
            .where((or) => or.or([or('reading.n', 'is', null), or('mention.n', '>', or.ref('reading.n'))])),
        )
        .as('pointed_out'),
    )
    .innerJoin('message', 'message.id', 'pointed_out.id')
    .selectAll('message')
    .orderBy('message.seq', 'desc')
    .limit(POINTED_OUT_MAX)
    .execute()
}

/** The numbers of those that stand apart from the newest. */
export function placesIn(messages: readonly MessageTable[], conversationId: string, upTo: number): number[] {
  return messages.flatMap(({ conversation_id, n }) => (conversation_id === conversationId && n <= upTo ? [n] : []))
}

/** Everything that hangs on one of these messages: of each conversation a range of the key. */
export async function loadAnnotationsOf(db: Database, messages: readonly MessageTable[]): Promise<AnnotationTable[]> {
  const ids = new Map<string, string[]>()
  for (const { conversation_id, id } of messages) ids.set(conversation_id, [...(ids.get(conversation_id) ?? []), id])
  if (ids.size === 0) return []
  return db
    .selectFrom('annotation')
    .selectAll()
    .where('kind', 'in', ['revision', 'reaction'])
    .where((or) =>
      or.or(
        [...ids].map(([conversationId, messageIds]) =>
          or.and([or('conversation_id', '=', conversationId), or('message_id', 'in', messageIds)]),
        ),
      ),
    )
    .execute()
}
