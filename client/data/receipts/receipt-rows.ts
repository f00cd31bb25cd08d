import type { ClientDatabase, OutboxEntry } from '../../sync/database.ts'
import type { Read } from '../../sync/storage/table-query.ts'
import { toPreferences } from '../account/preferences.ts'
import type { ReceiptRows } from './receipts.ts'

/** What this device holds of others' receipts in one conversation, of which these are the entries that wait, and those of none. */
export async function findReceiptRows(
  db: ClientDatabase,
  read: Read,
  conversationId: string,
  related: readonly OutboxEntry[],
): Promise<ReceiptRows> {
  const [conversation, members, deliveries, seens, preference] = await Promise.all([
    read('conversation', [db.conversations], () => db.conversations.get(conversationId)),
    read('members', [db.members], () => db.members.where('conversationId').equals(conversationId).toArray()),
    read('deliveries', [db.deliveries], () => db.deliveries.where('conversationId').equals(conversationId).toArray()),
    read('seens', [db.seens], () => db.seens.where('conversationId').equals(conversationId).toArray()),
    read('preference', [db.preferences], () => db.preferences.get('preference')),
  ])
  const { seen: seenOn } = toPreferences(
    preference,
    related.filter((entry) => entry.conversationId === ''),
  )
  return { kind: conversation?.kind, members, deliveries, seens, seenOn }
}
