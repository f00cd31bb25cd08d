import type { FileView } from '../../data/messages/file-view.ts'
import type { MessageView } from '../../data/messages/message-view.ts'

/** A photo, and who sent it. */
export interface ShownPhoto {
  file: FileView
  sender: string
}

/** The photos of these messages in their order, also where the one that was opened is not among them. */
export function listPhotos(messages: readonly MessageView[], opened: MessageView): ShownPhoto[] {
  const all = messages.some(({ id }) => id === opened.id) ? messages : [opened]
  return all
    .filter(({ hidden, text }) => !hidden && text !== null)
    .flatMap(({ files, mine, author }) =>
      files.filter(({ kind }) => kind === 'photo').map((file) => ({ file, sender: mine ? 'you' : author.name })),
    )
}
