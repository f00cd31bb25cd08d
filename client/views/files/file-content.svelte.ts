import { fetchContent, stopFetching } from '../../data/files/watch-content.ts'
import { cancelUpload, pauseUpload, resumeUpload } from '../../data/files/upload-actions.ts'
import type { FileView } from '../../data/messages/file-view.ts'
import type { Session } from '../../data/session.ts'
import type { FileActions, FileState } from '../../ui/media/file-state.ts'
import { ShownContents, toShownState, type ShownContent } from './shown-contents.svelte.ts'

/** One whole file on the screen, and what can be done with it; it comes when somebody asks for it. */
export class FileContent {
  readonly actions: Omit<FileActions, 'onopen'>
  readonly #contents: ShownContents
  readonly #file: () => FileView
  readonly #connected: () => boolean
  readonly #waits: () => boolean

  /** While a component is made. */
  constructor(session: Session, file: () => FileView, connected: () => boolean, waits: () => boolean) {
    this.#file = file
    this.#connected = connected
    this.#waits = waits
    this.#contents = new ShownContents(
      session,
      () => file().id,
      () => 'whole',
      () => false,
      () => (file().kind === 'document' ? '' : file().type),
    )
    this.actions = {
      onload: (id) => void fetchContent(session, id, 'whole'),
      onstop: (id) => void stopFetching(session, id, 'whole'),
      onpause: (id) => void pauseUpload(session, id),
      onresume: (id) => void resumeUpload(session, id),
      oncancel: (id) => void cancelUpload(session, id),
    }
  }

  get shown(): ShownContent {
    return this.#contents.find(this.#file().id)
  }

  get state(): FileState {
    return toShownState(this.#file(), this.shown.state, this.#connected(), this.#waits())
  }
}
