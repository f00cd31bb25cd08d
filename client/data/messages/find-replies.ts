import type { MessageRow } from '../../../shared/protocol/rows.ts'
import type { ClientDatabase } from '../../sync/database.ts'

/** All that answers these, and what answers that. */
export async function listReplies(db: ClientDatabase, messageIds: readonly string[]): Promise<MessageRow[]> {
  const found = new Map<string, MessageRow>()
  for (let level = messageIds; level.length > 0;) {
    const rows = await db.messages.where('replyTo.messageId').anyOf(level).toArray()
    const fresh = rows.filter((row) => !found.has(row.id))
    for (const row of fresh) found.set(row.id, row)
    level = fresh.map((row) => row.id)
  }
  return [...found.values()]
}

/** Of each message that answers nothing itself the ids of all that answers it, however far below. */
export async function findReplies(
  db: ClientDatabase,
  rows: readonly MessageRow[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const tops = rows.filter((row) => row.replyTo === null).map((row) => row.id)
  const topOf = new Map(tops.map((id) => [id, id]))
  const replies = new Map<string, string[]>()
  for (const row of (await listReplies(db, tops)).sort((one, other) => one.n - other.n)) {
    const top = topOf.get(row.replyTo?.messageId ?? '')
    if (top === undefined) continue
    topOf.set(row.id, top)
    replies.set(top, [...(replies.get(top) ?? []), row.id])
  }
  return replies
}
