import { randomUUID } from 'node:crypto'
import { refuse, type ClassroomRefusal } from '../../../shared/classroom/errors.ts'
import type { QuestionPhoto } from '../../../shared/classroom/photos.ts'
import type { PhotoUploadTable } from '../../store/schema.ts'
import { toFiveMinutes } from '../five-minutes.ts'
import { toPhotoColumn } from '../question-photo.ts'
import type { DrawnPhoto, PhotoParts } from './parts.ts'
import { findUpload, findVerdict } from './uploads.ts'

/** Draws a photo that is all there; undefined when it is a photo now. Asked again it says the same. */
export async function finishUpload(
  parts: PhotoParts,
  classroomId: string,
  id: string,
): Promise<ClassroomRefusal | undefined> {
  const { store } = parts
  const upload = await findUpload(store.db, classroomId, id)
  if (upload === undefined) return refuse('not_found')
  if (upload.photo !== null || upload.verdict !== null) return findVerdict(upload)
  if (upload.received < upload.bytes) return refuse('photo_missing', 'The photo has not arrived whole.')
  const drawn = await parts.draw(await loadPieces(parts, id))
  if (typeof drawn === 'string') await noteVerdict(parts, upload, drawn)
  else await keep(parts, upload, drawn)
  const after = await findUpload(store.db, classroomId, id)
  return after === undefined ? refuse('not_found') : findVerdict(after)
}

async function loadPieces({ store }: PhotoParts, id: string): Promise<Buffer> {
  const pieces = await store.db
    .selectFrom('photo_piece')
    .select('content')
    .where('upload_id', '=', id)
    .orderBy('start')
    .execute()
  // SQLite answers in another form than MySQL.
  return Buffer.concat(pieces.map(({ content }) => new Uint8Array(content)))
}

/** It is kept under an id of its own: what its asker knows leads to nothing that others are told. */
async function keep(
  { store, now }: PhotoParts,
  { id, classroom_id }: PhotoUploadTable,
  drawn: DrawnPhoto,
): Promise<void> {
  const { whole, small, width, height, preview } = drawn
  const photo: QuestionPhoto = { id: randomUUID(), width, height, preview, bytes: whole.content.length }
  const common = { photo_id: photo.id, classroom_id }
  await store.write(async (db) => {
    const { numUpdatedRows } = await db
      .updateTable('photo_upload')
      .set({ photo: toPhotoColumn(photo), touched_at: toFiveMinutes(now()) })
      .where('id', '=', id)
      .where('photo', 'is', null)
      .executeTakeFirst()
    // Given up or swept meanwhile, or done by another process.
    if (numUpdatedRows === 0n) return
    const variants = [
      { ...common, variant: 'whole' as const, bytes: photo.bytes, ...whole },
      { ...common, variant: 'small' as const, bytes: small.length, type: 'image/webp' as const, content: small },
    ]
    for (const variant of variants) await db.insertInto('photo_content').values(variant).execute()
    await db.deleteFrom('photo_piece').where('upload_id', '=', id).execute()
  })
}

/** What is no photo is not kept, but for the word that it is none. */
async function noteVerdict({ store }: PhotoParts, { id }: PhotoUploadTable, verdict: string): Promise<void> {
  await store.write(async (db) => {
    await db.updateTable('photo_upload').set({ verdict, bytes: 0, received: 0 }).where('id', '=', id).execute()
    await db.deleteFrom('photo_piece').where('upload_id', '=', id).execute()
  })
}
