import type { ClassroomDatabase } from '../../sync/classroom/database.ts'
import { fromOwnPhotoFileId } from '../../sync/classroom/photo-file-id.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { createContentSource, type ContentSource } from '../files/content-source.ts'
import type { OpenedClassroom } from './opened-classroom.ts'
import { findOwnPhoto } from './own-photo.ts'

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
  const all = withOwnPhotos(opened, source)
  sources.set(db, all)
  return all
}

/** One's own photo lies apart from what came from the server, until all see it. */
function withOwnPhotos(opened: OpenedClassroom, source: ContentSource): ContentSource {
  return {
    ...source,
    watch(fileId, variant, fetches) {
      const questionId = fromOwnPhotoFileId(fileId)
      if (questionId === undefined) return source.watch(fileId, variant, fetches)
      return liveQuery(async () => {
        const blob = await findOwnPhoto(opened, questionId)
        return blob === undefined ? ({ kind: 'missing' } as const) : ({ kind: 'here', blob } as const)
      })
    },
  }
}
