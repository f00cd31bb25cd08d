import type { OpenedClassroom } from './opened-classroom.ts'
import { textOf } from './refused.ts'

/** What forms keep, which is no text. */
const FORMS = ['poll', 'settings']

/** All that somebody wrote in a classroom on this device and that is not on the server: what waits, what was refused, what was begun. */
export async function loadUnsentTexts({ db }: Pick<OpenedClassroom, 'db'>): Promise<string[]> {
  const [entries, drafts] = await Promise.all([db.outbox.orderBy('position').toArray(), db.drafts.toArray()])
  const written = entries.filter(({ state }) => state.kind !== 'accepted').map(({ command }) => textOf(command))
  const begun = drafts.filter(({ subject }) => !FORMS.includes(subject)).map(({ text }) => text)
  return [...written, ...begun].filter((text) => text !== null)
}
