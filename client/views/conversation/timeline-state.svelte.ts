import { findReadPosition } from '../../data/conversations/mark-read.ts'
import type { MessageView } from '../../data/messages/message-view.ts'
import { openMessages, type MessagesRange, type OpenMessages } from '../../data/timeline/open-messages.ts'
import type { Session } from '../../data/session.ts'
import { keepSameItems } from '../../data/timeline/keep-same-items.ts'
import { toTimeline, type TimelineItem } from '../../data/timeline/timeline.ts'
import { toDayKey } from '../../ui/time.ts'
import type { HoleState } from './hole-state.ts'

const NOWHERE: MessagesRange = { olderN: 0, newerN: null, newestN: 0, atEnd: true, divider: null }

export type MessageItem = Extract<TimelineItem, { kind: 'message' }>

/** What came of an attempt to show a message. */
export type JumpOutcome =
  /** Deleted for oneself. */
  { kind: 'hidden' } | { kind: 'shown'; key: string } | { kind: 'offline' } | { kind: 'refused' }

/** The items around what is on the screen, and which ends of the list are near. */
interface Reach {
  first: number
  last: number
  edges: { top: boolean; bottom: boolean }
}

/** The messages of one open conversation, and where one is among them. */
export class TimelineState {
  items = $state.raw<TimelineItem[]>([])
  range = $state.raw<MessagesRange>(NOWHERE)
  loaded = $state(false)
  failure = $state.raw<{ error: unknown } | null>(null)
  /** By the n before which a hole ends. */
  holes = $state<Record<number, HoleState>>({})
  /** The greatest n that was on the screen, or had been read before. */
  seenN = $state(0)
  /** The first message that one had not read when the conversation was opened. */
  readonly firstUnreadN = $derived(this.#findFirstUnread())
  readonly lastOwn = $derived(this.#findLastOwn())
  readonly newBelow = $derived(this.#countNewBelow())
  /** Why there is no message to be seen: nothing was said, or all was deleted for oneself; null where there is one, or a hole. */
  readonly nothing = $derived(this.#findNothing())

  #openedAtN = $state<number | null>(null)
  #messages = $state.raw<readonly MessageView[]>([])
  #open: OpenMessages | null = null
  #isBusy = false
  /** Where one was while something was still being brought: nothing else may tell of it again. */
  #missed: Reach | null = null
  #stopped = false

  constructor(
    session: Session,
    conversationId: string,
    on: { loaded: () => void; arrived: (messages: readonly MessageView[]) => void },
  ) {
    const onError = (error: unknown) => (this.failure = { error })
    const begin = async () => {
      const readN = await findReadPosition(session, conversationId)
      if (this.#stopped) return
      this.seenN = readN
      this.#openedAtN = readN
      this.#open = openMessages(session, conversationId, readN, {
        onError,
        onMessages: (messages, range, events) => {
          const isFirst = !this.loaded
          const before = this.range
          const known = this.#messages
          this.#messages = messages
          this.range = range
          this.items = keepSameItems(this.items, toTimeline({ messages, events, range, toDay: toDayKey }))
          // What comes while one looks is not unread from before.
          if (isFirst && range.newestN === 0) this.#openedAtN = null
          this.loaded = true
          if (isFirst) on.loaded()
          else if (before.atEnd && range.atEnd)
            on.arrived(messages.filter((message) => isNews(message, before.newestN, known)))
        },
      })
    }
    begin().catch(onError)
  }

  stop(): void {
    this.#stopped = true
    this.#open?.stop()
  }

  /** Brings a message into the list, from the server when it is not on this device. */
  async show(n: number, exactly = true): Promise<JumpOutcome> {
    const outcome = (await this.#open?.showAround(n)) ?? 'offline'
    if (outcome !== 'loaded') return { kind: outcome }
    if (exactly && this.#messages.some((message) => message.n === n && message.hidden)) return { kind: 'hidden' }
    const item = this.#accepted().find(({ message }) => (message.n ?? 0) >= n) ?? this.#accepted().at(-1)
    return item === undefined ? { kind: 'refused' } : { kind: 'shown', key: item.key }
  }

  /** A message that is in the list already, or on its way. */
  findItem(messageId: string): MessageItem | undefined {
    return this.items.find((item): item is MessageItem => item.kind === 'message' && item.key === messageId)
  }

  async showNewest(): Promise<void> {
    await this.#open?.showNewest()
  }

  stayAtEnd(isAtEnd: boolean): void {
    this.#open?.stayAtEnd(isAtEnd && this.range.atEnd)
  }

  /** Brings what one scrolls towards: more of this device first, then what only the server has. */
  async reach(first: number, last: number, edges: Reach['edges']): Promise<void> {
    if (this.#isBusy) this.#missed = { first, last, edges }
    if (this.#isBusy || this.#open === null) return
    this.#isBusy = true
    try {
      await this.#bring(this.#open, { first, last, edges })
    } finally {
      this.#isBusy = false
    }
    const missed = this.#missed
    this.#missed = null
    if (missed !== null) await this.reach(missed.first, missed.last, missed.edges)
  }

  async #bring(open: OpenMessages, { first, last, edges }: Reach): Promise<void> {
    if (edges.top && this.items[0]?.kind === 'more' && (await open.showOlder())) return
    if (edges.bottom && this.items.at(-1)?.kind === 'more' && (await open.showNewer())) return
    const hole = this.items.slice(Math.max(0, first), last + 1).findLast((item) => item.kind === 'hole')
    if (hole?.kind !== 'hole' || this.holes[hole.before] !== undefined) return
    const middle = this.items[Math.floor((first + last) / 2)]
    const isBelow = middle?.kind === 'message' && (middle.message.n ?? Infinity) < hole.before
    await this.fill(hole.before, isBelow ? 'above' : 'below')
  }

  async fill(before: number, from: 'below' | 'above' = 'below'): Promise<void> {
    this.holes[before] = 'loading'
    const outcome = await this.#open?.fillHole(before, from)
    if (outcome === 'offline' || outcome === 'refused') this.holes[before] = outcome
    else delete this.holes[before]
  }

  /** The network is back: what could not be fetched is worth another try. */
  forgetOffline(): void {
    for (const [before, state] of Object.entries(this.holes)) {
      if (state === 'offline') delete this.holes[Number(before)]
    }
  }

  #accepted(): MessageItem[] {
    return this.items.filter((item): item is MessageItem => item.kind === 'message' && item.message.n !== null)
  }

  /** There is no line where all is new, as there is nothing above it. */
  #findFirstUnread(): number | null {
    const { divider } = this.range
    if (divider !== null) return divider.afterN + 1
    return this.#openedAtN === 0 && this.#messages.some(({ mine }) => !mine) ? 1 : null
  }

  #findNothing(): 'said' | 'shown' | null {
    if (this.items.some(({ kind }) => kind !== 'start' && kind !== 'day' && kind !== 'events')) return null
    return this.#messages.length === 0 ? 'said' : 'shown'
  }

  #findLastOwn(): MessageView | null {
    const isOwn = ({ mine, text, hidden, delivery }: MessageView) =>
      mine && text !== null && !hidden && delivery.kind !== 'refused'
    return this.#messages.findLast(isOwn) ?? null
  }

  #countNewBelow(): number {
    const unseen = this.#messages.filter(
      ({ n, mine, hidden }) => n !== null && n > this.seenN && !mine && !hidden,
    ).length
    const lastN = this.#messages.findLast(({ n }) => n !== null)?.n ?? 0
    return this.range.atEnd ? unseen : unseen + Math.max(0, this.range.newestN - Math.max(lastN, this.seenN))
  }
}

function isNews({ id, n }: MessageView, newestN: number, known: readonly MessageView[]): boolean {
  return n === null ? known.every((message) => message.id !== id) : n > newestN
}
