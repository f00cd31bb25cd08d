import { Dexie, type Subscription } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { EventRow, MessageRow, ReactionRow } from '../../../shared/protocol/rows.ts'
import { findReplies } from '../messages/find-replies.ts'
import type { ClientDatabase } from '../../sync/database.ts'

/*
 * A window onto a conversation's messages, made of pages by n. Each page is a query of its own, so a
 * new or edited message reads 100 rows again and not all that have been scrolled past.
 *
 *     n   1 … 100   101 … 200   …   4801 … 4900   4901 … 5000   5001 … 5100
 *                                   └──────── open, at most PAGES_MAX ────┘ ◀ following the newest
 *         └──── on this device: `olderN` is 200 ──┘
 *
 * The window can be anywhere. At the end it follows the newest message; elsewhere it stays as it is
 * and what comes after it is only given as `newerN`. Going on in one direction closes the far pages
 * of the other, so the length of a conversation costs nothing. What is closed and what is opened is
 * told apart, first the one and then the other, so that a list can keep its position through both.
 *
 * Whatever is on this device between the first and the last open page is open: what is missing
 * between two rows is missing on this device too, a hole.
 */
export const PAGE_MESSAGES = 100
export const PAGES_MAX = 10
const PAGES_AT_ONCE = 2
/** Opening a conversation goes back to the first unread message, but keeps the end in the window no further than this. */
const UNREAD_OPENED_MAX = (PAGES_MAX - 2) * PAGE_MESSAGES
/** Somebody may have scrolled up in a window that follows; so far it grows, then it follows only who is at the end. */
const FOLLOWING_PAGES_MAX = 2 * PAGES_MAX

export interface MessageWindow {
  /** By ascending n. */
  rows: readonly MessageRow[]
  reactions: readonly ReactionRow[]
  /** What happened to the group beside them. */
  events: readonly EventRow[]
  /** Of messages that answer nothing, what answers them. */
  replies: ReadonlyMap<string, readonly string[]>
  /** The greatest n on this device before the window; 0 when there is none. */
  olderN: number
  /** The smallest n on this device after it; null when there is none. */
  newerN: number | null
  /** The greatest n of the conversation; 0 when nothing was said. */
  newestN: number
  /** Whether it follows the newest message. */
  atEnd: boolean
}

/** Each resolves once its window was emitted. */
export interface MessagePages {
  /** Opens the pages of the next older messages that are on this device; false when there are none. */
  openOlder(): Promise<boolean>
  /** Opens the pages of the next newer messages that are on this device; false at the end. */
  openNewer(): Promise<boolean>
  /** Puts the window around a message, or where it would be. */
  openAround(n: number): Promise<void>
  /** Puts the window at the end, lets go of all that is far from it, and follows. */
  openNewest(): Promise<void>
  /** Whether the one who reads is at the end: then the window follows whatever comes, however much at once. */
  stayAtEnd(isAtEnd: boolean): void
  /** Opens what was fetched into a hole of the window or next to it. */
  open(fromN: number, toN: number): Promise<void>
  stop(): void
}

interface Page {
  loaded: Pick<MessageWindow, 'rows' | 'reactions' | 'replies' | 'events'> | null
  subscription: Subscription
}

interface Edges {
  first: number
  last: number
  olderN: number
  newerN: number | null
}

/** Begins at the first message after `readN`, unless that is not on this device: then at the end. */
export function watchMessagePages(
  db: ClientDatabase,
  conversationId: string,
  readN: number,
  onWindow: (window: MessageWindow) => void,
  onError: (error: unknown) => void,
): MessagePages {
  const pages = new Map<number, Page>()
  let newest = 0
  let following = true
  let isReaderAtEnd = false
  let edges: Edges | null = null
  let edgesSubscription: Subscription | undefined
  let waiters: (() => void)[] = []
  let stopped = false

  const latest = liveQuery(() => db.latest.get(conversationId)).subscribe({
    next: (row) => void onLatest(row?.n ?? 0).catch(onError),
    error: onError,
  })

  async function onLatest(n: number): Promise<void> {
    const before = newest
    newest = n
    if (n === 0) {
      // What happened before the first message.
      if (pages.size === 0) openPages(1, 1)
      return
    }
    if (before === 0) {
      closePages(() => true)
      return begin()
    }
    if (following) {
      const isTooMuch = n - before > PAGES_AT_ONCE * PAGE_MESSAGES || pages.size >= FOLLOWING_PAGES_MAX
      if (!isTooMuch) openPages(before + 1, n)
      else if (isReaderAtEnd) openEnd()
      else following = false
    }
    // The page that it stands in tells of it in a moment, and of its row with it.
    if (!following || isHere(n)) emit()
  }

  function isHere(n: number): boolean {
    return pages.get(pageOf(n))?.loaded?.rows.at(-1)?.n === n
  }

  async function begin(): Promise<void> {
    const near = newest - readN <= UNREAD_OPENED_MAX
    const unread = near ? undefined : await db.messages.where({ conversationId, n: readN + 1 }).first()
    if (stopped || pages.size > 0) return
    following = unread === undefined
    if (unread !== undefined) openPages(readN, readN + PAGE_MESSAGES)
    else openPages(Math.min(near ? readN : newest, newest - PAGE_MESSAGES), newest)
  }

  function openPages(fromN: number, toN: number): void {
    for (let page = pageOf(Math.max(1, fromN)); page <= pageOf(toN); page++) {
      if (!pages.has(page)) pages.set(page, watchPage(page))
    }
    watchEdges()
  }

  /** Lets go of everything else: until the end is there, the window is told as it was. */
  function openEnd(): void {
    closePages(() => true)
    openPages(newest - PAGE_MESSAGES, newest)
  }

  function closePages(isFar: (page: number) => boolean): void {
    for (const [number, page] of [...pages]) {
      if (!isFar(number)) continue
      page.subscription.unsubscribe()
      pages.delete(number)
    }
    if (pages.size > 0) watchEdges()
  }

  /** A page that is open hears of new rows a moment after they were kept; read anew, it cannot be shown without them. */
  function readAgain(numbers: Iterable<number>): void {
    for (const number of numbers) {
      const page = pages.get(number)
      if (page === undefined) continue
      page.subscription.unsubscribe()
      pages.set(number, watchPage(number))
    }
  }

  function watchPage(number: number): Page {
    const from = number * PAGE_MESSAGES + 1
    const page: Page = {
      loaded: null,
      subscription: liveQuery(async () => {
        const rows = await db.messages
          .where('[conversationId+n]')
          .between([conversationId, from], [conversationId, from + PAGE_MESSAGES])
          .toArray()
        const reactions = await db.reactions
          .where('messageId')
          .anyOf(rows.map((row) => row.id))
          .toArray()
        const [events, replies] = [await findEvents(rows, number), await findReplies(db, rows)]
        return { rows, reactions, events, replies }
      }).subscribe({
        next: (loaded) => {
          page.loaded = loaded
          emit()
        },
        error: onError,
      }),
    }
    return page
  }

  /** Of what stands after a message that is not here nothing is shown, as of the message. */
  async function findEvents(rows: readonly MessageRow[], page: number): Promise<EventRow[]> {
    const from = page * PAGE_MESSAGES + 1
    const events = await db.events
      .where('[conversationId+n]')
      .between([conversationId, page === 0 ? 0 : from], [conversationId, from + PAGE_MESSAGES])
      .toArray()
    if (events.length === 0) return events
    const here = new Set(rows.map(({ n }) => n))
    if (here.has(1) || newest === 0) here.add(0)
    return events.filter(({ n }) => here.has(n))
  }

  function watchEdges(): void {
    const { first, last } = bounds()
    if (edges !== null && edges.first === first && edges.last === last) return
    edges = null
    edgesSubscription?.unsubscribe()
    edgesSubscription = liveQuery(async () => {
      const [older, newer] = await Promise.all([
        db.messages.where('[conversationId+n]').between([conversationId, Dexie.minKey], [conversationId, first]).last(),
        db.messages
          .where('[conversationId+n]')
          .between([conversationId, last], [conversationId, Dexie.maxKey], false)
          .first(),
      ])
      return { olderN: older?.n ?? 0, newerN: newer?.n ?? null }
    }).subscribe({
      next: ({ olderN, newerN }) => {
        edges = { first, last, olderN, newerN }
        emit()
      },
      error: onError,
    })
  }

  function bounds(): { first: number; last: number } {
    const numbers = [...pages.keys()]
    return { first: Math.min(...numbers) * PAGE_MESSAGES + 1, last: (Math.max(...numbers) + 1) * PAGE_MESSAGES }
  }

  function toWindow(): MessageWindow | null {
    if (edges === null) return null
    const rows: MessageRow[] = []
    const reactions: ReactionRow[] = []
    const events: EventRow[] = []
    const replies = new Map<string, readonly string[]>()
    for (const [, { loaded }] of [...pages].sort(([a], [b]) => a - b)) {
      if (loaded === null) return null
      for (const row of loaded.rows) rows.push(row)
      for (const row of loaded.reactions) reactions.push(row)
      for (const row of loaded.events) events.push(row)
      for (const [id, ids] of loaded.replies) replies.set(id, ids)
    }
    const { olderN, newerN } = edges
    return { rows, reactions, events, replies, olderN, newerN, newestN: newest, atEnd: following }
  }

  function emit(): void {
    const window = toWindow()
    if (window === null || stopped) return
    onWindow(window)
    release()
  }

  function release(): void {
    const released = waiters
    waiters = []
    for (const resolve of released) resolve()
  }

  async function emitted(): Promise<void> {
    if (stopped || pages.size === 0 || toWindow() !== null) return
    await new Promise<void>((resolve) => waiters.push(resolve))
  }

  /** Makes space for more pages on one side, at the cost of the other. */
  async function makeSpace(side: 'older' | 'newer', more: number): Promise<void> {
    const surplus = pages.size + more - PAGES_MAX
    if (surplus <= 0) return
    const numbers = [...pages.keys()].sort((a, b) => a - b)
    const far = new Set(side === 'older' ? numbers.slice(-surplus) : numbers.slice(0, surplus))
    if (side === 'older') following = false
    closePages((page) => far.has(page))
    await emitted()
  }

  function reachesEnd(): boolean {
    return pages.has(pageOf(newest))
  }

  return {
    async openOlder() {
      await emitted()
      if (edges === null || edges.olderN === 0) return false
      const { olderN } = edges
      await makeSpace('older', PAGES_AT_ONCE)
      openPages(olderN - PAGES_AT_ONCE * PAGE_MESSAGES + 1, olderN)
      await emitted()
      return true
    },
    async openNewer() {
      await emitted()
      if (following || edges === null || edges.newerN === null) return false
      const { newerN } = edges
      await makeSpace('newer', PAGES_AT_ONCE)
      openPages(newerN, Math.min(newest, newerN + PAGES_AT_ONCE * PAGE_MESSAGES - 1))
      following = reachesEnd()
      await emitted()
      return true
    },
    async openAround(wanted) {
      await emitted()
      const n = Math.min(wanted, newest)
      if (n === 0) return
      const page = pages.get(pageOf(n))
      if (page !== undefined) {
        if (page.loaded?.rows.some((row) => row.n === n) !== true) readAgain([pageOf(n)])
        return emitted()
      }
      const [from, to] = [pageOf(n) - 1, pageOf(n) + 1]
      closePages((page) => page < from || page > to)
      openPages(n - PAGE_MESSAGES, Math.min(newest, n + PAGE_MESSAGES))
      following = reachesEnd()
      await emitted()
    },
    async openNewest() {
      await emitted()
      if (newest === 0) return
      const from = pageOf(Math.max(1, newest - PAGE_MESSAGES))
      if (!following) closePages(() => true)
      else if (pages.size > PAGES_MAX) closePages((page) => page < from)
      following = true
      openPages(newest - PAGE_MESSAGES, newest)
      await emitted()
    },
    stayAtEnd(isAtEnd) {
      isReaderAtEnd = isAtEnd
    },
    async open(fromN, toN) {
      await emitted()
      if (pages.size === 0) return
      const { first, last } = bounds()
      const more = pageOf(toN) - pageOf(Math.max(1, fromN)) + 1
      await makeSpace(toN - first < last - fromN ? 'older' : 'newer', more)
      readAgain([...pages.keys()].filter((page) => page >= pageOf(Math.max(1, fromN)) && page <= pageOf(toN)))
      openPages(fromN, toN)
      following ||= reachesEnd()
      await emitted()
    },
    stop() {
      stopped = true
      latest.unsubscribe()
      edgesSubscription?.unsubscribe()
      for (const page of pages.values()) page.subscription.unsubscribe()
      release()
    },
  }
}

function pageOf(n: number): number {
  return Math.floor((n - 1) / PAGE_MESSAGES)
}
