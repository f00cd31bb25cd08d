import type { ConversationRow, DeliveryRow, MemberRow, MessageRow, SeenRow } from '../../../shared/protocol/rows.ts'
import type { Table } from 'dexie'
import type { ClientDatabase, OutboxEntry } from '../../sync/database.ts'
import type { Read } from '../../sync/storage/table-query.ts'
import { groupBy } from '../group-by.ts'
import { toPreferences } from '../account/preferences.ts'
import { createReceipts, type Receipt } from './receipts.ts'

/** How far one's own messages among these, the last of each conversation, have come. */
export async function findLastReceipts(
  db: ClientDatabase,
  read: Read,
  myId: string,
  conversations: readonly ConversationRow[],
  latest: readonly MessageRow[],
  outbox: readonly OutboxEntry[],
): Promise<Map<string, Receipt>> {
  const kinds = new Map(conversations.map(({ id, kind }) => [id, kind]))
  const mine = latest.filter(({ authorId, conversationId }) => authorId === myId && kinds.has(conversationId))
  const ids = mine.map(({ conversationId }) => conversationId)
  const among = <Row>(table: Table<Row>) =>
    read(`${table.name} of mine`, [table], () => table.where('conversationId').anyOf(ids).toArray(), ids)
  const [members, deliveries, seens, preference] = await Promise.all([
    among<MemberRow>(db.members),
    among<DeliveryRow>(db.deliveries),
    among<SeenRow>(db.seens),
    read('preference', [db.preferences], () => db.preferences.get('preference')),
  ])
  const idOf = ({ conversationId }: { conversationId: string }) => conversationId
  const [membersOf, deliveriesOf, seensOf] = [groupBy(members, idOf), groupBy(deliveries, idOf), groupBy(seens, idOf)]
  const seenOn = toPreferences(
    preference,
    outbox.filter(({ conversationId }) => conversationId === ''),
  ).seen
  return new Map(
    mine.map((row) => {
      const id = row.conversationId
      const known = {
        ...{ kind: kinds.get(id), members: membersOf.get(id) ?? [], seenOn },
        ...{ deliveries: deliveriesOf.get(id) ?? [], seens: seensOf.get(id) ?? [] },
      }
      return [id, createReceipts(myId, [row], known).toReceipt(row.n)]
    }),
  )
}
