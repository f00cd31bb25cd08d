import type { Database, PhotoContentTable } from '../../store/schema.ts'
import { mayHavePhoto, toQuestionPhoto } from '../question-photo.ts'
import type { ClassroomAudience } from '../types.ts'

export type PhotoVariant = PhotoContentTable['variant']

/** A variant of a photo, as it is handed out. */
export interface FoundPhoto {
  photoId: string
  variant: PhotoVariant
  bytes: number
  type: PhotoContentTable['type']
}

/** The photo of a question: to everybody while the question is shown, to staff for as long as it has one. */
export async function findPhoto(
  db: Database,
  classroomId: string,
  questionId: string,
  variant: PhotoVariant,
  audience: ClassroomAudience,
): Promise<FoundPhoto | undefined> {
  const question = await db
    .selectFrom('question')
    .select(['photo', 'state'])
    .where('id', '=', questionId)
    .where('classroom_id', '=', classroomId)
    .executeTakeFirst()
  if (question === undefined) return undefined
  const isSeen = audience === 'staff' ? mayHavePhoto(question) : question.state === 'shown'
  const photo = isSeen ? toQuestionPhoto(question) : undefined
  if (photo === undefined) return undefined
  const found = await db
    .selectFrom('photo_content')
    .select(['bytes', 'type'])
    .where('photo_id', '=', photo.id)
    .where('variant', '=', variant)
    .executeTakeFirst()
  return found && { photoId: photo.id, variant, ...found }
}

export async function readPhoto(
  db: Database,
  { photoId, variant }: Pick<FoundPhoto, 'photoId' | 'variant'>,
): Promise<Uint8Array | undefined> {
  const found = await db
    .selectFrom('photo_content')
    .select('content')
    .where('photo_id', '=', photoId)
    .where('variant', '=', variant)
    .executeTakeFirst()
  // SQLite answers in another form than MySQL.
  return found && new Uint8Array(found.content)
}
