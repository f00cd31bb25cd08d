import type { QuestionPhoto } from '../../../shared/classroom/photos.ts'
import type { OwnPhoto } from '../../sync/classroom/database.ts'
import type { PhotoView } from './views.ts'

/** A photo of one's own, and how many bytes of it the server is known to have. */
export type CarriedPhoto = OwnPhoto & { sent: number }

/** The photo of a question as all, or staff, see it; else one's own as it is on this device. */
export function toPhotoView(row: QuestionPhoto | undefined, own: CarriedPhoto | undefined): PhotoView | null {
  if (row !== undefined) {
    const { width, height, preview, bytes, description = '' } = row
    return { source: 'server', width, height, preview, bytes, description, sent: 1 }
  }
  if (own === undefined) return null
  const { width, height, preview, description, content, isWhole } = own
  const sent = isWhole ? 1 : Math.min(1, own.sent / content.size)
  return { source: 'own', width, height, preview, bytes: content.size, description, sent }
}
