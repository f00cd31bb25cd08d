import { toPhotoFileId } from '../../sync/classroom/api.ts'
import type { FileView } from '../messages/file-view.ts'
import type { PhotoView, QuestionView } from './views.ts'

const OWN_PREFIX = 'own-photo-'

/** The photo of a question among files, as it is looked at and saved. It has no name of its own. */
export function toPhotoFile({ id, n }: Pick<QuestionView, 'id' | 'n'>, photo: PhotoView): FileView {
  const { source, width, height, preview, bytes, description } = photo
  return {
    id: source === 'own' ? `${OWN_PREFIX}${id}` : toPhotoFileId(id),
    ...{ kind: 'photo', name: n === null ? 'question.jpg' : `question-${n}.jpg`, type: 'image/jpeg' },
    ...{ bytes, size: { width, height }, preview, durationMs: null, description, upload: null },
  }
}

/** The question of a photo that lies on its asker's device alone; undefined of any other file. */
export function fromOwnPhotoFileId(fileId: string): string | undefined {
  return fileId.startsWith(OWN_PREFIX) ? fileId.slice(OWN_PREFIX.length) : undefined
}
