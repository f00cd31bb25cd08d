import type { OutboxEntry, Upload } from '../database.ts'

/*
 * A message with files does not hold up what was written after it: while they are on their way it stands aside, and with
 * it only what is about it (an answer, an edit, a reaction). It takes its place in the log when its files are whole.
 */

/** What may go although files are on their way: all but the messages that these belong to, and what is about those. */
export function withoutAwaiting(entries: readonly OutboxEntry[], uploads: readonly Upload[]): OutboxEntry[] {
  const awaiting = new Set(uploads.filter(({ state }) => state.kind !== 'whole').map(({ messageId }) => messageId))
  if (awaiting.size === 0) return [...entries]
  const aside = new Set<string>()
  return [...entries]
    .sort((one, other) => one.position - other.position)
    .filter((entry) => {
      const waits = awaiting.has(entry.id) || listSubjects(entry).some((id) => aside.has(id))
      // An answer that waits has answers of its own.
      if (waits) aside.add(entry.id)
      return !waits
    })
}

/** The messages that a command is about. */
function listSubjects({ command }: OutboxEntry): string[] {
  if ('messageId' in command) return [command.messageId]
  if (command.type !== 'message.send') return []
  const carrying = (command.files ?? []).flatMap(({ from }) => from?.messageId ?? [])
  return [...(command.replyToId === null ? [] : [command.replyToId]), ...carrying]
}
