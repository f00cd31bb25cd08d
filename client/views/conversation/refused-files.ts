import { isPartlyRefused, isRefused } from '../../data/files/refused-files.ts'
import type { FileView } from '../../data/messages/file-view.ts'
import type { MessageView } from '../../data/messages/message-view.ts'

/** What the server could not make a photo of, it takes as it is. */
const NO_PHOTOS = ['not_a_photo', 'photo_too_large']

type Refused = Pick<MessageView, 'files' | 'text' | 'delivery'>

/** The files for which a message was refused; none of one that waits, or that was refused for something else. */
export function listRefusedFiles({ files, delivery }: Refused): FileView[] {
  return delivery.kind === 'refused' ? files.filter((file) => isRefused(toProblem(file))) : []
}

/** Those of them that can be sent as documents. */
export function listNoPhotos(message: Refused): FileView[] {
  return listRefusedFiles(message).filter((file) => NO_PHOTOS.includes(toProblem(file).problem?.code ?? ''))
}

/** Whether something is left of a message without the files for which it was refused. */
export function isMoreThanRefused({ delivery, text, files }: Refused): boolean {
  return delivery.kind === 'refused' && isPartlyRefused(text ?? '', files.map(toProblem))
}

function toProblem({ upload }: FileView) {
  return { problem: upload === null || upload.kind === 'whole' ? null : upload.problem }
}
