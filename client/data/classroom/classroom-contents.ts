import type { ClassroomDatabase } from '../../sync/classroom/database.ts'
import { createContentSource, type ContentSource } from '../files/content-source.ts'
import type { OpenedClassroom } from './opened-classroom.ts'

/** One for all of a tab that has the classroom open. */
const sources = new WeakMap<ClassroomDatabase, ContentSource>()

/** The photos of a classroom's questions and the files of its answers, on this device and from the server. */
export function classroomContents(opened: OpenedClassroom): ContentSource {
  const { db, environment } = opened
  const known = sources.get(db)
  if (known !== undefined) return known
  const source = createContentSource({
    ...{ db, clock: environment.clock },
    async loadDownloads() {
      const { startClassroomDownloads } = await import('./start-classroom-downloads.ts')
      return startClassroomDownloads(opened)
    },
  })
  sources.set(db, source)
  return source
}
