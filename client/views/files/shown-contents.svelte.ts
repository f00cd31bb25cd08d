import { untrack } from 'svelte'
import type { FileVariant } from '../../../shared/protocol/files.ts'
import type { FileView } from '../../data/messages/file-view.ts'
import type { ContentSource, ContentView } from '../../data/files/content-source.ts'
import type { FileState } from '../../ui/media/file-state.ts'
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
      this.#shown = { ...this.#shown, [id]: { url, blob, state: toState(content) } }
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

function toState(content: ContentView): FileState {
  switch (content.kind) {
    case 'here':
      return { kind: 'here' }
    case 'elsewhere':
      return { kind: 'asks' }
    case 'fetching':
      return { kind: 'loading', done: content.total === null ? null : content.got / content.total }
    case 'missing':
      return { kind: 'missing', why: 'It is not on the server any more.', canRetry: true }
    case 'no-room':
      return { kind: 'missing', why: 'This device has no room for it.', canRetry: true }
  }
}

/** What is said of a file: how it gets on while its message `waits`, or what is known of its content. */
export function toShownState({ upload }: FileView, content: FileState, connected: boolean, waits = true): FileState {
  if (upload === null || upload.kind === 'whole' || !waits) return content
  const done = upload.bytes === 0 ? 0 : upload.sent / upload.bytes
  const isWaiting = !connected || upload.problem !== null
  return { kind: 'uploading', done, pace: upload.kind === 'paused' ? 'paused' : isWaiting ? 'waiting' : 'going' }
}
