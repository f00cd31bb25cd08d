import { isRecording } from '../files/recording-key.ts'
import type { ClassroomDatabase } from './database.ts'

/** Files that nobody has but this device. Voices have no names that somebody gave them: they are counted. */
export interface UnsentFiles {
  names: readonly string[]
  voices: number
}

/** All that somebody chose or recorded at a desk on this device and that is not on the server, in an answer or for one. */
export async function loadUnsentFiles({
  outbox,
  uploads,
  pieces,
}: Pick<ClassroomDatabase, 'outbox' | 'uploads' | 'pieces'>): Promise<UnsentFiles> {
  const [entries, all, keys] = await Promise.all([
    outbox.toArray(),
    uploads.toArray(),
    pieces.toCollection().primaryKeys(),
  ])
  const answers = new Set(entries.filter(({ state }) => state.kind !== 'accepted').map(({ id }) => id))
  const unsent = all.filter(({ messageId }) => messageId === '' || answers.has(messageId))
  const names = unsent.filter(({ as }) => as !== 'voice').map(({ name }) => name)
  const recordings = new Set(keys.map(([key]) => key).filter(isRecording))
  return { names, voices: unsent.length - names.length + recordings.size }
}
