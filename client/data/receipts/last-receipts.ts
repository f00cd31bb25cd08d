import type { ConversationRow, MessageRow } from '../../../shared/protocol/rows.ts'
import type { ClientDatabase } from '../../sync/database.ts'
import { groupBy } from '../group-by.ts'
import { toPreferences } from '../account/preferences.ts'
import { createReceipts, type Receipt } from './receipts.ts'

/** How far one's own messages among these, the last of each conversation, have come. */
export async function findLastReceipts(
  db: ClientDatabase,
  myId: string,
  conversations: readonly ConversationRow[],
  latest: readonly MessageRow[],
): Promise<Map<string, Receipt>> {
  const kinds = new Map(conversations.map(({ id, kind }) => [id, kind]))
  const mine = latest.filter(({ authorId, conversationId }) => authorId === myId && kinds.has(conversationId))
  const ids = mine.map(({ conversationId }) => conversationId)
  const [members, deliveries, seens, preference, entries] = await Promise.all([
    db.members.where('conversationId').anyOf(ids).toArray(),
    db.deliveries.where('conversationId').anyOf(ids).toArray(),
    db.seens.where('conversationId').anyOf(ids).toArray(),
    db.preferences.get('preference'),
    db.outbox.where('conversationId').equals('').sortBy('position'),
  ])
  const idOf = ({ conversationId }: { conversationId: string }) => conversationId
  const [membersOf, deliveriesOf, seensOf] = [groupBy(members, idOf), groupBy(deliveries, idOf), groupBy(seens, idOf)]
  const seenOn = toPreferences(preference, entries).seen
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
