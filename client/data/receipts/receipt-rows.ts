import type { ClientDatabase } from '../../sync/database.ts'
import { toPreferences } from '../account/preferences.ts'
import type { ReceiptRows } from './receipts.ts'

/** What this device holds of others' receipts in one conversation. */
export async function findReceiptRows(db: ClientDatabase, conversationId: string): Promise<ReceiptRows> {
  const [conversation, members, deliveries, seens, preference, entries] = await Promise.all([
    db.conversations.get(conversationId),
    db.members.where('conversationId').equals(conversationId).toArray(),
    db.deliveries.where('conversationId').equals(conversationId).toArray(),
    db.seens.where('conversationId').equals(conversationId).toArray(),
    db.preferences.get('preference'),
    db.outbox.where('conversationId').equals('').sortBy('position'),
  ])
  return { kind: conversation?.kind, members, deliveries, seens, seenOn: toPreferences(preference, entries).seen }
}
