import type { Command } from '../../shared/protocol/commands.ts'
import type { ErrorCode } from '../../shared/protocol/errors.ts'
import type { OutboxEntry } from './database.ts'
import { conversationOf } from './outbox.ts'
import type { ClientTables } from './tables.ts'

/*
 * A log that went back in time has lost what it sent since. Each device offers again what its person did (restore.ts),
 * and whoever leads a group its members (offer-groups.ts). Since one may rest on what another has not offered yet, an
 * offer that is refused for such a reason is held and tried again, for days.
 */

/** Whose device it is, and what it has at hand. */
export interface Self {
  /** A user id. */
  me: string
  /** Milliseconds since 1970. */
  now: number
  newId(): string
}

/** Queues what was lost before all that waits. */
export async function queueOffers(tables: ClientTables, commands: readonly Command[], now: number): Promise<void> {
  const entries = await tables.outbox.toArray()
  const first = Math.min(1, ...entries.map((entry) => entry.position))
  await tables.outbox.bulkPut(
    commands.map((command, index): OutboxEntry => ({
      position: first - commands.length + index,
      id: command.id,
      conversationId: conversationOf(command),
      command,
      state: offered(now),
      queuedAt: 'writtenAt' in command ? command.writtenAt : 0,
    })),
  )
}

/** The state of what is offered. */
export function offered(now: number): OutboxEntry['state'] {
  return { kind: 'waiting', offeredAt: now }
}

/** Refusals that end when somebody else’s device has offered what it knows. */
const PASSING: readonly ErrorCode[] = [
  'not_a_member',
  'not_found',
  'only_creator',
  'reply_elsewhere',
  'mention_stranger',
  'file_missing',
]
const PATIENCE_MS = 7 * 24 * 60 * 60_000
/** What a message answers, or whom it names, may never come back, nor the row that has its id be seen; its words must go. */
const BESIDES_WITHIN_MS = 60 * 60_000

/** Whether what was offered so long ago is to be offered further, although it was refused. */
export function isPatient(code: ErrorCode, waitedMs: number): boolean {
  return PASSING.includes(code) && waitedMs < PATIENCE_MS
}

/**
 * Whether the id of an offer that is taken may have been taken by another device of one's own: it offered the message as it
 * had it, perhaps before it was edited, and its row is not here yet.
 */
export function mayBeOwn(waitedMs: number): boolean {
  return waitedMs < BESIDES_WITHIN_MS
}

/** The entry, without what keeps a message from going for too long. */
export function simplify(entry: OutboxEntry, code: ErrorCode, waitedMs: number): OutboxEntry {
  const { command } = entry
  if (command.type !== 'message.send' || waitedMs < BESIDES_WITHIN_MS) return entry
  if (code === 'reply_elsewhere') return { ...entry, command: { ...command, replyToId: null } }
  return code === 'mention_stranger' ? { ...entry, command: { ...command, mentions: [] } } : entry
}
