import { tick } from 'svelte'
import type { Session } from '../../data/session.ts'
import { findMessageAt } from '../../data/timeline/find-message-at.ts'
import type { TimelineItem } from '../../data/timeline/timeline.ts'
import type { JumpOutcome, TimelineState } from './timeline-state.svelte.ts'

/** What the list does for whoever is led to something in it. */
export interface JumpingList {
  jumpTo(key: string, down?: number): void
  jumpToEnd(): void
  focusItem(key: string): void
}

const MARKED_MS = 2_500

/** Leads to a message, a day, what is unread or the end of one conversation, and says why where that cannot be. */
export class Jumps {
  /** The message that one was led to just now. */
  marked = $state<string | null>(null)
  /** The day that one was led to, by its item's key. */
  markedDay = $state<string | null>(null)
  /** A message that one wants to see and that is not here. */
  awaited = $state.raw<{ words: string; again: (() => Promise<unknown>) | null } | null>(null)
  unreadVisited = $state(false)

  readonly #session: Session
  readonly #conversationId: string
  readonly #timeline: TimelineState
  readonly #list: () => JumpingList | undefined

  constructor(session: Session, conversationId: string, timeline: TimelineState, list: () => JumpingList | undefined) {
    this.#session = session
    this.#conversationId = conversationId
    this.#timeline = timeline
    this.#list = list
  }

  /** To the message itself, or else to the first one from there on that is to be seen. */
  async toN(n: number, exactly = true): Promise<void> {
    await this.#land(
      await this.#timeline.show(n, exactly),
      n,
      'This message is not on this device. It is fetched when there is a network.',
    )
  }

  async toMessage(messageId: string, n: number | null): Promise<void> {
    const item = this.#timeline.findItem(messageId)
    if (item !== undefined) await this.#land({ kind: 'shown', key: item.key }, 0, '')
    else if (n !== null) await this.toN(n)
  }

  /** Leads to the first message of a day once whoever asked has closed, or says why not. */
  async toDate(atMs: number): Promise<string | null> {
    const found = await findMessageAt(this.#session, this.#conversationId, atMs)
    switch (found.kind) {
      case 'found':
        setTimeout(() => void this.#toDay(found.n))
        return null
      case 'nothing-said':
        return 'Nothing was said here yet.'
      case 'refused':
        return 'This conversation cannot be read any more.'
      case 'offline':
        if (found.nearest === null)
          return 'That day is not on this device, and there is no network to fetch it. Try again when there is.'
        setTimeout(() => void this.#toNearest(found.nearest, atMs))
        return null
    }
  }

  async #toNearest(n: number | null, atMs: number): Promise<void> {
    if (n === null) return
    await this.#toDay(n)
    const words = 'Not all of that day is on this device. This is the nearest that is; the rest comes with the network.'
    this.awaited = { words, again: () => this.toDate(atMs) }
  }

  async #toDay(n: number): Promise<void> {
    await this.toN(n, false)
    const at = this.#timeline.items.findIndex((item) => item.kind === 'message' && (item.message.n ?? 0) >= n)
    this.markedDay = this.#timeline.items.slice(0, at + 1).findLast(({ kind }) => kind === 'day')?.key ?? null
  }

  async toFirstUnread(): Promise<void> {
    const n = this.#timeline.firstUnreadN
    if (n === null) return
    this.unreadVisited = true
    await this.#timeline.show(n, false)
    await tick()
    if (!this.showFirstUnread()) await this.toN(n, false)
  }

  /** False where it is not in the list. */
  showFirstUnread(): boolean {
    const isFirst = ({ kind }: TimelineItem) =>
      kind === 'unread' || (kind === 'start' && this.#timeline.firstUnreadN === 1)
    const item = this.#timeline.items.find(isFirst)
    if (item !== undefined) this.#list()?.jumpTo(item.key, 0.12)
    return item !== undefined
  }

  async toNewest(): Promise<void> {
    this.awaited = null
    await this.#timeline.showNewest()
    await tick()
    this.#list()?.jumpToEnd()
  }

  async #land(outcome: JumpOutcome, n: number, words: string): Promise<void> {
    this.awaited = null
    this.markedDay = null
    if (outcome.kind === 'offline') this.awaited = { words, again: () => this.toN(n) }
    if (outcome.kind === 'hidden') this.awaited = { words: 'You deleted this message for yourself.', again: null }
    if (outcome.kind === 'refused') this.awaited = { words: 'This message cannot be read any more.', again: null }
    if (outcome.kind !== 'shown') return
    await tick()
    this.#list()?.jumpTo(outcome.key)
    await tick()
    this.marked = null
    await tick()
    this.marked = outcome.key
    this.#list()?.focusItem(outcome.key)
    setTimeout(() => {
      if (this.marked === outcome.key) this.marked = null
    }, MARKED_MS)
  }
}
