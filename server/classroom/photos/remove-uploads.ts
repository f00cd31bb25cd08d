import type { Database, PhotoUploadTable } from '../../store/schema.ts'
import { toQuestionPhoto } from '../question-photo.ts'

/** Removes photos on their way with all that arrived of them, where their rows are still there and so old. */
export async function removeUploads(
  db: Database,
  uploads: readonly PhotoUploadTable[],
  touchedBefore = Number.MAX_SAFE_INTEGER,
): Promise<void> {
  for (const upload of uploads) {
    const { numDeletedRows } = await db
      .deleteFrom('photo_upload')
      .where('id', '=', upload.id)
      .where('touched_at', '<', touchedBefore)
      .executeTakeFirst()
    if (numDeletedRows === 0n) continue
    await db.deleteFrom('photo_piece').where('upload_id', '=', upload.id).execute()
    const photo = toQuestionPhoto(upload)
    if (photo !== undefined) await db.deleteFrom('photo_content').where('photo_id', '=', photo.id).execute()
  }
}
