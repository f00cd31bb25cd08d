import type { Observable } from 'dexie'
import type { OwnPhoto } from '../../sync/classroom/database.ts'
import { createRandomId } from '../../sync/classroom/secrets.ts'
import { askWithoutPhoto } from '../../sync/classroom/student-outbox.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { OpenedClassroom } from './opened-classroom.ts'

/*
 * The photo of the question that is being written. It is kept on this device, as the text is, until the question takes it
 * along; nothing of it goes anywhere before that.
 */

/** A photo that was drawn anew on this device. */
export type DrawnPhoto = Pick<OwnPhoto, 'content' | 'width' | 'height' | 'preview'>

const CHOSEN = ''

export function watchChosenPhoto({ db }: OpenedClassroom): Observable<OwnPhoto | undefined> {
  return liveQuery(() => db.photos.get(CHOSEN))
}

/** Keeps a photo in place of the one that was chosen before. */
export async function keepChosenPhoto({ db }: OpenedClassroom, photo: DrawnPhoto): Promise<void> {
  await db.photos.put({
    ...{ questionId: CHOSEN, uploadId: createRandomId(), ...photo, description: '' },
    ...{ isAnnounced: false, isWhole: false, wasMissing: false },
  })
}

export async function describeChosenPhoto({ db }: OpenedClassroom, description: string): Promise<void> {
  await db.photos.update(CHOSEN, { description })
}

export async function removeChosenPhoto({ db }: OpenedClassroom): Promise<void> {
  await db.photos.delete(CHOSEN)
}

/** The picture of a question of this browser's own, as it was chosen. */
export async function findOwnPhoto({ db }: OpenedClassroom, questionId: string): Promise<Blob | undefined> {
  return (await db.photos.get(questionId))?.content
}

/** Asks a question once more, without the photo for which it was refused. */
export async function retryWithoutPhoto({ storage }: OpenedClassroom, entryId: string): Promise<void> {
  await askWithoutPhoto(storage, entryId)
}
