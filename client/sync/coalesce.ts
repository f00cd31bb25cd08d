import type { Command, CommandOf } from '../../shared/protocol/commands.ts'
import { RECEIVED_MAX } from '../../shared/protocol/limits.ts'
import type { OutboxEntry } from './database.ts'

/**
 * Joins a command that says how something is with those that still wait to say how it was: what to
 * queue at the end, under the newer id, and the positions of the entries that it replaces. One that is
 * on its way already is replaced too: each of these commands can be done twice, and an answer to what
 * is gone changes nothing.
 */
export function coalesce(entries: readonly OutboxEntry[], command: Command): { command: Command; replaced: number[] } {
  switch (command.type) {
    case 'read': {
      const older = listWaiting(entries, command)
      const n = Math.max(command.n, ...older.map((entry) => entry.command.n))
      return { command: { ...command, n }, replaced: positionsOf(older) }
    }
    case 'draft.set': {
      const older = listWaiting(entries, command)
      const newest = [...older.map((entry) => entry.command), command].reduce((one, other) =>
        other.changedAt >= one.changedAt ? other : one,
      )
      return { command: { ...newest, id: command.id }, replaced: positionsOf(older) }
    }
    case 'conversation.set': {
      // Reading takes a mark away, so nothing is moved past it.
      const reads = listWaiting(entries, { type: 'read', conversationId: command.conversationId })
      const lastRead = Math.max(...positionsOf(reads))
      const older = listWaiting(entries, command).filter(({ position }) => position > lastRead)
      const merged = older.reduceRight((newer, entry) => mergeSettings(entry.command, newer), command)
      return { command: merged, replaced: positionsOf(older) }
    }
    case 'message.hide': {
      const older = listWaiting(entries, command).filter((entry) => entry.command.messageId === command.messageId)
      return { command, replaced: positionsOf(older) }
    }
    case 'receive': {
      const older = listWaiting(entries, command)
      const positions = mergePositions([...older.map((entry) => entry.command), command])
      if (positions.length > RECEIVED_MAX) return { command, replaced: [] }
      return { command: { ...command, positions }, replaced: positionsOf(older) }
    }
    default:
      return { command, replaced: [] }
  }
}

type EntryOf<Type extends Command['type']> = OutboxEntry & { command: CommandOf<Type> }

/** Those that wait, of one kind and one conversation, in the order in which they were written. */
function listWaiting<Type extends Command['type']>(
  entries: readonly OutboxEntry[],
  like: { type: Type; conversationId?: string },
): EntryOf<Type>[] {
  return entries
    .filter((entry): entry is EntryOf<Type> => entry.command.type === like.type)
    .filter((entry) => entry.state.kind === 'waiting' && entry.conversationId === (like.conversationId ?? ''))
    .sort((one, other) => one.position - other.position)
}

function positionsOf(entries: readonly OutboxEntry[]): number[] {
  return entries.map((entry) => entry.position)
}

type SetConversation = CommandOf<'conversation.set'>

/** Null is a value here. */
function mergeSettings(older: SetConversation, newer: SetConversation): SetConversation {
  const latest = <Value>(one: Value | undefined, other: Value | undefined) => (other === undefined ? one : other)
  return {
    ...newer,
    mutedUntil: latest(older.mutedUntil, newer.mutedUntil),
    pinned: latest(older.pinned, newer.pinned),
    archivedN: latest(older.archivedN, newer.archivedN),
    markedUnread: latest(older.markedUnread, newer.markedUnread),
  }
}

function mergePositions(commands: readonly CommandOf<'receive'>[]): CommandOf<'receive'>['positions'] {
  const merged = new Map<string, number>()
  for (const { conversationId, n } of commands.flatMap((command) => command.positions)) {
    merged.set(conversationId, Math.max(n, merged.get(conversationId) ?? 0))
  }
  return [...merged].map(([conversationId, n]) => ({ conversationId, n }))
}
