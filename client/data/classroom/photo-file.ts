import { toOwnPhotoFileId, toPhotoFileId } from '../../sync/classroom/photo-file-id.ts'
import type { FileView } from '../messages/file-view.ts'
import type { PhotoView, QuestionView } from './views.ts'

/** The photo of a question among files, as it is looked at and saved. It has no name of its own. */
export function toPhotoFile({ id, n }: Pick<QuestionView, 'id' | 'n'>, photo: PhotoView): FileView {
  const { source, width, height, preview, bytes, description } = photo
  return {
    id: source === 'own' ? toOwnPhotoFileId(id) : toPhotoFileId(id),
    ...{ kind: 'photo', name: n === null ? 'question.jpg' : `question-${n}.jpg`, type: 'image/jpeg' },
    ...{ bytes, size: { width, height }, preview, durationMs: null, description, upload: null },
  }
}
