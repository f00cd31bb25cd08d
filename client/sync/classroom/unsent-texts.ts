import type { ClassroomDatabase, ClassroomOutboxEntry } from './database.ts'

/** Begun forms are kept as JSON: none of them is a text that somebody would copy. */
const FORMS = ['poll', 'settings']

/** All that somebody wrote in a classroom on this device and that is not on the server: what waits, what was refused, what was begun. */
export async function loadUnsentTexts({
  outbox,
  drafts,
}: Pick<ClassroomDatabase, 'outbox' | 'drafts'>): Promise<string[]> {
  const [entries, begun] = await Promise.all([outbox.orderBy('position').toArray(), drafts.toArray()])
  const written = entries.filter(({ state }) => state.kind !== 'accepted').map(({ command }) => textOf(command))
  const texts = begun.filter(({ subject }) => !FORMS.includes(subject)).map(({ text }) => text)
  return [...written, ...texts].filter((text) => text !== null)
}

/** What somebody wrote in it, if anything: a photo or files may be all of it. */
export function textOf(command: ClassroomOutboxEntry['command']): string | null {
  if ('text' in command) return command.text === undefined || command.text === '' ? null : command.text
  if (command.type === 'poll.create') return command.question
  return command.type === 'poll.answer' && typeof command.choice === 'string' ? command.choice : null
}
