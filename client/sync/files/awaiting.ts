import type { OutboxEntry, Upload } from '../database.ts'

/*
 * A message with files does not hold up what was written after it: while they are on their way it stands aside, and with
 * it only what is about it (an answer, an edit, a reaction). It takes its place in the log when its files are whole.
 */

/** What may go although files are on their way: all but the messages that these belong to, and what is about those. */
export function withoutAwaiting(entries: readonly OutboxEntry[], uploads: readonly Upload[]): OutboxEntry[] {
  const awaiting = listAwaiting(uploads)
  return setAside(entries, ({ id }) => awaiting.has(id))
}

/** The messages, or answers, whose files are on their way. */
export function listAwaiting(uploads: readonly Upload[]): ReadonlySet<string> {
  return new Set(uploads.filter(({ state }) => state.kind !== 'whole').map(({ messageId }) => messageId))
}

/** What may go to a server of a version without files, which would take such messages without them. */
export function withoutFiles(entries: readonly OutboxEntry[]): OutboxEntry[] {
  return setAside(entries, ({ command }) => command.type === 'message.send' && (command.files ?? []).length > 0)
}

/** All but these, and what is about them, wherever in the order it stands. */
export function setAside(entries: readonly OutboxEntry[], isAside: (entry: OutboxEntry) => boolean): OutboxEntry[] {
  const aside = new Set(entries.filter(isAside).map(({ id }) => id))
  if (aside.size === 0) return [...entries]
  return [...entries]
    .sort((one, other) => one.position - other.position)
    .filter((entry) => {
      const waits = aside.has(entry.id) || listSubjects(entry).some((id) => aside.has(id))
      // An answer that waits has answers of its own.
      if (waits) aside.add(entry.id)
      return !waits
    })
}

/** The messages that a command is about. */
export function listSubjects({ command }: Pick<OutboxEntry, 'command'>): string[] {
  if ('messageId' in command) return [command.messageId]
  if (command.type !== 'message.send') return []
  const carrying = (command.files ?? []).flatMap(({ from }) => from?.messageId ?? [])
  return [...(command.replyToId === null ? [] : [command.replyToId]), ...carrying]
}
