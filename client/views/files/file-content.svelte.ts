import type { FileSource } from '../../data/files/file-source.ts'
import type { FileView } from '../../data/messages/file-view.ts'
import type { FileActions, FileState } from '../../ui/media/file-state.ts'
import { toShownState } from './shown-state.ts'
import { ShownContents, type ShownContent } from './shown-contents.svelte.ts'

/** One whole file on the screen, and what can be done with it; it comes when somebody asks for it. */
export class FileContent {
  readonly actions: Omit<FileActions, 'onopen'>
  readonly #contents: ShownContents
  readonly #file: () => FileView
  readonly #connected: () => boolean
  readonly #waits: () => boolean

  /** While a component is made. */
  constructor(source: FileSource, file: () => FileView, connected: () => boolean, waits: () => boolean) {
    this.#file = file
    this.#connected = connected
    this.#waits = waits
    this.#contents = new ShownContents(
      source.contents,
      () => file().id,
      () => 'whole',
      () => false,
      () => (file().kind === 'document' ? '' : file().type),
    )
    this.actions = {
      onload: (id) => void source.contents.fetch(id, 'whole'),
      onstop: (id) => void source.contents.stopFetching(id, 'whole'),
      onpause: (id) => void source.pause(id),
      onresume: (id) => void source.resume(id),
      oncancel: (id) => void source.cancel(id),
    }
  }

  get shown(): ShownContent {
    return this.#contents.find(this.#file().id)
  }

  get state(): FileState {
    return toShownState(this.#file(), this.shown.state, this.#connected(), this.#waits())
  }
}
