import type { ClientDatabase, OutboxEntry } from '../../sync/database.ts'

/** What is on its way for a conversation, and for no conversation, such as one's own new name; in the order written. */
export function listRelatedEntries(db: ClientDatabase, conversationId: string): Promise<OutboxEntry[]> {
  return db.outbox.where('conversationId').anyOf([conversationId, '']).sortBy('position')
}
