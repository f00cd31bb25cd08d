import type { HiddenRow } from '../../../shared/protocol/rows.ts'
import type { ClientDatabase, OutboxEntry } from '../../sync/database.ts'
import { entriesOf, isOptimistic } from '../outbox/pending.ts'

/** The ids of the messages that this person deleted for themselves, with what still waits. */
export function hiddenIds(rows: readonly HiddenRow[], entries: readonly OutboxEntry[]): ReadonlySet<string> {
  const ids = new Set(rows.filter(({ hidden }) => hidden).map(({ messageId }) => messageId))
  for (const { command } of entriesOf(entries, 'message.hide').filter(isOptimistic)) {
    if (command.hidden) ids.add(command.messageId)
    else ids.delete(command.messageId)
  }
  return ids
}

/** The same of one conversation, whose entries these are. */
export async function findHidden(
  db: ClientDatabase,
  conversationId: string,
  entries: readonly OutboxEntry[],
): Promise<ReadonlySet<string>> {
  return hiddenIds(await db.hiddens.where({ conversationId }).toArray(), entries)
}
