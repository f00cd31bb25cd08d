import { fetchBefore } from '../../data/timeline/fetch-history.ts'
import { loadGallery, type GalleryItem, type GalleryKind } from '../../data/files/gallery.ts'
import type { Session } from '../../data/session.ts'

/** What was sent in a conversation, of one kind, as far as it was looked through. */
export class GalleryState {
  items: readonly GalleryItem[] = $state.raw([])
  isLoading = $state(false)
  /** Whether there is more on this device. */
  hasMore = $state(true)
  /** The hole that is being filled, and what came of the last one. */
  filling: number | null = $state(null)
  outcome: 'offline' | 'refused' | null = $state(null)

  readonly #session: Session
  readonly #conversationId: string
  readonly #kind: GalleryKind
  #before: number | null = Infinity
  #stopped = false

  constructor(session: Session, conversationId: string, kind: GalleryKind) {
    this.#session = session
    this.#conversationId = conversationId
    this.#kind = kind
  }

  stop(): void {
    this.#stopped = true
  }

  async loadMore(): Promise<void> {
    if (this.isLoading || this.#before === null) return
    this.isLoading = true
    try {
      const page = await loadGallery(this.#session, this.#conversationId, this.#kind, this.#before)
      if (this.#stopped) return
      this.items = [...this.items, ...page.items]
      this.#before = page.before
      this.hasMore = page.before !== null
    } finally {
      this.isLoading = false
    }
  }

  /** Fetches messages before one with this number, and looks through them. */
  async fill(before: number): Promise<void> {
    if (this.filling !== null) return
    this.filling = before
    this.outcome = null
    try {
      const outcome = await fetchBefore(this.#session, this.#conversationId, before)
      if (this.#stopped) return
      if (outcome !== 'loaded') {
        this.outcome = outcome
        return
      }
      const at = this.items.findIndex((item) => item.kind === 'hole' && item.before === before)
      this.items = this.items.slice(0, Math.max(0, at))
      this.#before = before
      this.hasMore = true
    } finally {
      this.filling = null
    }
    await this.loadMore()
  }
}
