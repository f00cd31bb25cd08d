import { refusal } from '../../shared/protocol/errors.ts'
import type { OutboxEntry } from './database.ts'
import type { ClientTables } from './tables.ts'

/*
 * A server knows for some months which commands it has done. Whoever comes back later than that may hold one that was
 * done, though no answer came: it is not sent by itself any more, but left to its writer. What its own rows tell from
 * a second one, and what changes nothing when it comes twice, goes all the same.
 */

const STALE_AFTER_MS = 60 * 24 * 60 * 60_000
const HARMLESS: readonly OutboxEntry['command']['type'][] = [
  ...(['message.send', 'direct.create', 'group.create', 'read', 'receive', 'draft.set', 'message.hide'] as const),
]

/** Whether an entry has waited for too long to be sent by itself. */
function isStale({ command, state, queuedAt }: OutboxEntry, now: number): boolean {
  if (state.kind !== 'waiting' || state.offeredAt !== undefined || HARMLESS.includes(command.type)) return false
  return now - queuedAt > STALE_AFTER_MS
}

/** Leaves to their writer the entries that have waited for too long. */
export async function refuseStale({ outbox }: ClientTables, now: number): Promise<void> {
  const stale = (await outbox.toArray()).filter((entry) => isStale(entry, now))
  if (stale.length === 0) return
  const { code, message } = refusal('too_old')
  await outbox.bulkPut(stale.map((entry) => ({ ...entry, state: { kind: 'refused', code, message } })))
}
