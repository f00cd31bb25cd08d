import type { FileView } from '../../data/messages/file-view.ts'
import type { MessageView } from '../../data/messages/message-view.ts'

/** What the server could not make a photo of, it takes as it is. */
const NO_PHOTOS = ['not_a_photo', 'photo_too_large']

/** Whether a message was refused for a photo that can be sent as a document. */
export function canBeDocument(message: Pick<MessageView, 'files'>): boolean {
  return listNoPhotos(message).length > 0
}

/** Those of its files that were refused as photos. */
export function listNoPhotos({ files }: Pick<MessageView, 'files'>): FileView[] {
  return files.filter(
    ({ upload }) =>
      upload !== null && upload.kind !== 'whole' && upload.problem !== null && NO_PHOTOS.includes(upload.problem.code),
  )
}
