import type { ClassroomDatabase } from './database.ts'
import { loadUnsentFiles, type UnsentFiles } from './unsent-files.ts'
import { loadUnsentTexts } from './unsent-texts.ts'

/** What somebody made in a classroom that nobody has but this device. */
export interface Unsent {
  texts: readonly string[]
  /** An app of a version before did not note them. */
  files?: UnsentFiles
}

/** Undefined where there is nothing. */
export async function loadUnsent(db: ClassroomDatabase): Promise<Unsent | undefined> {
  const [texts, files] = await Promise.all([loadUnsentTexts(db), loadUnsentFiles(db)])
  return texts.length + files.names.length + files.voices === 0 ? undefined : { texts, files }
}
