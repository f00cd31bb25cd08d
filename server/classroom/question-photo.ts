import * as v from 'valibot'
import { questionPhoto, type QuestionPhoto } from '../../shared/classroom/photos.ts'
import type { PhotoUploadTable, QuestionTable } from '../store/schema.ts'

/** The photo of a question, or what was made of one on its way. */
export function toQuestionPhoto({ photo }: Pick<QuestionTable | PhotoUploadTable, 'photo'>): QuestionPhoto | undefined {
  return photo === null ? undefined : v.parse(questionPhoto, JSON.parse(photo))
}

export function toPhotoColumn(photo: QuestionPhoto): string {
  return JSON.stringify(photo)
}

/**
 * Whether a question in this state has a photo at all. A process of the version before leaves it on one that was withdrawn
 * or dismissed, until it is swept.
 */
export function mayHavePhoto({ state }: Pick<QuestionTable, 'state'>): boolean {
  return state !== 'withdrawn' && state !== 'dismissed'
}
