import { untrack } from 'svelte'
import type { FileVariant } from '../../../shared/protocol/files.ts'
import type { ContentSource } from '../../data/files/content-source.ts'
import type { FileState } from '../../ui/media/file-state.ts'
import { toContentState } from './shown-state.ts'
import { followContents, type Followed, type Wanted } from './follow-contents.ts'

/** A file's content as it is shown: its address, once it is here, and what is to be said of it otherwise. */
export interface ShownContent {
  url: string | null
  blob: Blob | null
  state: FileState
}

const ELSEWHERE: ShownContent = { url: null, blob: null, state: { kind: 'asks' } }

/** The contents of a message's files while they are on the screen. Addresses are given back when they leave it. */
export class ShownContents {
  #shown: Readonly<Record<string, ShownContent | undefined>> = $state.raw({})

  /** While a component is made. `fetches` says which come by themselves, `typeOf` as what media type each is shown. */
  constructor(
    source: ContentSource,
    ids: () => string,
    variantOf: (id: string) => FileVariant,
    fetches: (id: string) => boolean,
    typeOf: (id: string) => string = () => '',
  ) {
    // As a text, which is the same as long as it says the same.
    const wanted = $derived(
      JSON.stringify(
        ids()
          .split(' ')
          .filter((id) => id !== '')
          .map((id): Wanted => ({ id, variant: variantOf(id), type: typeOf(id), fetches: fetches(id) })),
      ),
    )
    const following = followContents((one) => this.#follow(source, one))
    $effect(() => {
      const list = JSON.parse(wanted) as Wanted[]
      untrack(() => following.change(list))
    })
    $effect(() => following.stop)
  }

  find(id: string): ShownContent {
    return this.#shown[id] ?? ELSEWHERE
  }

  #follow(source: ContentSource, { id, variant, type, fetches }: Wanted): Followed {
    let url: string | null = null
    const subscription = source.watch(id, variant, fetches).subscribe((content) => {
      // A content never changes.
      if (url !== null) return
      // What came in pieces has no type of its own.
      if (content.kind === 'here')
        url = URL.createObjectURL(type === '' ? content.blob : new Blob([content.blob], { type }))
      const blob = content.kind === 'here' ? content.blob : null
      this.#shown = { ...this.#shown, [id]: { url, blob, state: toContentState(content) } }
    })
    return {
      isHere: () => url !== null,
      stop: () => {
        subscription.unsubscribe()
        if (url !== null) URL.revokeObjectURL(url)
        this.#shown = { ...this.#shown, [id]: undefined }
      },
    }
  }
}
