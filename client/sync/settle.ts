import { ERRORS, type ErrorCode } from '../../shared/protocol/errors.ts'
import type { CommandResult } from '../../shared/protocol/results.ts'
import type { ClientTables } from './tables.ts'
import type { OutboxEntry } from './database.ts'
import { HOLD_MS, listDue } from './log/outbox.ts'

/** Those that may go now, in the order in which they were written. */
export async function listWaiting(tables: ClientTables, now: number): Promise<OutboxEntry[]> {
  return listDue(await tables.outbox.toArray(), ({ conversationId }) => conversationId, now)
}

/**
 * Notes what the server answered. An accepted command whose rows are here already goes at once; an
 * answer to something that is no longer waiting changes nothing.
 */
export async function settle(tables: ClientTables, results: readonly CommandResult[], now: number): Promise<void> {
  const { cursor, next } = await tables.getPosition()
  const entries = await tables.outbox.toArray()
  const waiting = new Map(entries.filter(({ state }) => state.kind === 'waiting').map((entry) => [entry.id, entry]))
  const held = new Set((await tables.messages.bulkGet(results.map(({ id }) => id))).map((row) => row?.id))
  const gone: number[] = []
  const changed: OutboxEntry[] = []
  for (const result of results) {
    const entry = waiting.get(result.id)
    if (entry === undefined) continue
    waiting.delete(result.id)
    if (result.status === 'refused' && ERRORS[result.code].retry) {
      changed.push({ ...entry, state: { kind: 'waiting', notBefore: now + HOLD_MS } })
    } else if (result.status === 'refused' && isPointless(entry, result.code, held)) gone.push(entry.position)
    else if (result.status === 'refused') {
      changed.push({ ...entry, state: { kind: 'refused', code: result.code, message: result.message } })
    } else if (next === null && result.seq <= cursor) gone.push(entry.position)
    else changed.push({ ...entry, state: { kind: 'accepted', seq: result.seq } })
  }
  await tables.outbox.bulkPut(changed)
  await tables.outbox.bulkDelete(gone)
}

/**
 * A refusal that leaves nothing for a person to decide: of what a device says by itself, of arranging or
 * drafting where one is no more, of taking away what is gone, of reacting to and pinning it, and, after a
 * restored backup, of sending or showing what was there after all.
 */
function isPointless({ id, command }: OutboxEntry, code: ErrorCode, held: ReadonlySet<string | undefined>): boolean {
  const isGone = code === 'not_found' || code === 'message_deleted'
  switch (command.type) {
    case 'read':
    case 'receive':
    case 'draft.set':
    case 'conversation.set':
      return true
    case 'message.delete':
      return isGone
    case 'message.pin':
      return isGone || (!command.pinned && code === 'not_a_member')
    case 'reaction.set':
      return isGone || !command.on
    case 'message.send':
      return code === 'id_taken' && held.has(id)
    case 'profile.picture':
      return code === 'id_taken'
    default:
      return false
  }
}
