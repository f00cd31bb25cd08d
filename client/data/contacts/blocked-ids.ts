import type { BlockRow } from '../../../shared/protocol/rows.ts'
import type { OutboxEntry } from '../../sync/database.ts'
import { entriesOf, isOptimistic } from '../outbox/pending.ts'

/** The ids of those whom this person blocked, with what still waits. */
export function blockedIds(rows: readonly BlockRow[], entries: readonly OutboxEntry[]): ReadonlySet<string> {
  const ids = new Set(rows.filter(({ blocked }) => blocked).map(({ userId }) => userId))
  for (const { command } of entriesOf(entries, 'block.set').filter(isOptimistic)) {
    if (command.blocked) ids.add(command.userId)
    else ids.delete(command.userId)
  }
  return ids
}
