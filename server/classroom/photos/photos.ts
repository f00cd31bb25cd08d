import type { ClassroomRefusal } from '../../../shared/classroom/errors.ts'
import type { ClassroomTable } from '../../store/schema.ts'
import type { ClassroomAudience } from '../types.ts'
import { findPhoto, type FoundPhoto, type PhotoVariant, readPhoto } from './find-photo.ts'
import { finishUpload } from './finish-upload.ts'
import type { PhotoParts } from './parts.ts'
import { type AnnouncedPhoto, appendPiece, cancelUpload, createUpload, getReceived } from './uploads.ts'

/** The photos of questions, for whoever has the link; nothing here knows who asks. */
export interface Photos {
  create(classroom: ClassroomTable, announced: AnnouncedPhoto): Promise<{ received: number } | ClassroomRefusal>
  getReceived(classroomId: string, id: string): Promise<{ received: number; bytes: number } | ClassroomRefusal>
  append(
    classroomId: string,
    id: string,
    piece: Parameters<typeof appendPiece>[3],
  ): Promise<{ received: number } | ClassroomRefusal>
  cancel(classroomId: string, id: string): Promise<ClassroomRefusal | undefined>
  finish(classroomId: string, id: string): Promise<ClassroomRefusal | undefined>
  find(
    classroomId: string,
    questionId: string,
    variant: PhotoVariant,
    audience: ClassroomAudience,
  ): Promise<FoundPhoto | undefined>
  read(photo: FoundPhoto): Promise<Uint8Array | undefined>
  /** Resolves when what was begun has ended. */
  close(): Promise<void>
}

export function createPhotos(parts: PhotoParts): Photos {
  const { store } = parts
  const finishing = new Map<string, Promise<ClassroomRefusal | undefined>>()

  /** Asked again meanwhile, it is done once. */
  function finish(classroomId: string, id: string): Promise<ClassroomRefusal | undefined> {
    const key = `${classroomId}/${id}`
    const running = finishing.get(key)
    if (running !== undefined) return running
    const work = finishUpload(parts, classroomId, id).finally(() => finishing.delete(key))
    finishing.set(key, work)
    return work
  }

  return {
    create: (classroom, announced) => createUpload(parts, classroom, announced),
    getReceived: (classroomId, id) => getReceived(parts, classroomId, id),
    append: (classroomId, id, piece) => appendPiece(parts, classroomId, id, piece),
    cancel: (classroomId, id) => cancelUpload(parts, classroomId, id),
    finish,
    find: (classroomId, questionId, variant, audience) =>
      findPhoto(store.db, classroomId, questionId, variant, audience),
    read: (photo) => readPhoto(store.db, photo),
    async close() {
      await Promise.allSettled(finishing.values())
    },
  }
}
