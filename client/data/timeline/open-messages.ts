import type { Subscription } from 'dexie'
import { tableQuery } from '../../sync/storage/table-query.ts'
import { listEventPeople } from '../../../shared/protocol/event-people.ts'
import { HISTORY_PAGE_MESSAGES } from '../../../shared/protocol/limits.ts'
import type { MessageRow, UserRow } from '../../../shared/protocol/rows.ts'
import type { OutboxEntry, Upload } from '../../sync/database.ts'
import type { HistoryOutcome } from '../../sync/history.ts'
import { blockedIds } from '../contacts/blocked-ids.ts'
import { hiddenIds } from '../messages/hidden.ts'
import { findDivider, type Divider } from './divider.ts'
import { listRelatedEntries } from '../outbox/related-entries.ts'
import { toEventViews, type EventView } from './event-view.ts'
import { fetchBefore } from './fetch-history.ts'
import { watchMessagePages, type MessageWindow } from './message-pages.ts'
import { findUploads } from '../messages/find-uploads.ts'
import { mergeMessages, type MessageView } from '../messages/message-view.ts'
import { entriesOf, peopleNamedIn } from '../outbox/pending.ts'
import { createNameKeeper } from '../people/keep-names.ts'
import { createFindPerson } from '../people/person.ts'
import { findReceiptRows } from '../receipts/receipt-rows.ts'
import type { ReceiptRows } from '../receipts/receipts.ts'
import type { Session } from '../session.ts'

/** Where the window stands in its conversation. */
export interface MessagesRange {
  /** The greatest n on this device before the window; 0 when there is none. */
  olderN: number
  /** The smallest n on this device after it; null when there is none. */
  newerN: number | null
  /** The greatest n of the conversation; 0 when nothing was said. */
  newestN: number
  /** Whether it follows the newest message. What is on its way stands only there. */
  atEnd: boolean
  /** What was unread when the conversation was opened; null when nothing was. */
  divider: Divider | null
}

/** Everything that shows something resolves after `onMessages` was called with it. */
export interface OpenMessages {
  /** Shows older messages of this device; false when it has none. */
  showOlder(): Promise<boolean>
  /** Shows newer messages of this device; false at the end. */
  showNewer(): Promise<boolean>
  /** Puts the window around the message with this n, fetching it when it is not on this device. */
  showAround(n: number): Promise<HistoryOutcome>
  /** Puts the window at the end, where it follows. Whoever stays there calls it now and then, so that what is far away is let go. */
  showNewest(): Promise<void>
  /** Whether the one who reads is at the end: whatever comes is shown to them there. */
  stayAtEnd(isAtEnd: boolean): void
  /**
   * Fetches messages of the hole that ends before this message, and shows them: those at the end of
   * the hole, or with `from` "above" those at its beginning.
   */
  fillHole(before: number, from?: 'below' | 'above'): Promise<HistoryOutcome>
  stop(): void
}

export interface MessagesListener {
  onMessages(messages: MessageView[], range: MessagesRange, events: EventView[]): void
  onError(error: unknown): void
}

/** All that is shown of messages beside their own rows. */
interface Around {
  entries: OutboxEntry[]
  users: UserRow[]
  quoted: MessageRow[]
  receipts: ReceiptRows
  hidden: ReadonlySet<string>
  blocked: ReadonlySet<string>
  uploads: Upload[]
}

/** Follows a conversation's messages from the first one after `readN`, together with all that is on its way there. */
export function openMessages(
  session: Session,
  conversationId: string,
  readN: number,
  { onMessages, onError }: MessagesListener,
): OpenMessages {
  const { db, account } = session
  const myId = account.userId
  let window: MessageWindow | null = null
  let around: Around | null = null
  let shown: MessageWindow | null = null
  let divider: Divider | null | undefined
  let waiters: (() => void)[] = []
  let asked: Asked = { people: new Set([myId]), quotes: new Set() }
  const keepNames = createNameKeeper(session)
  let surroundings = watchSurroundings()

  const pages = watchMessagePages(db, conversationId, readN, onWindow, onError)

  function onWindow(next: MessageWindow): void {
    window = next
    const needed = toAsked(next)
    if (isWithin(needed.people, asked.people) && isWithin(needed.quotes, asked.quotes)) return emit()
    asked = needed
    around = null
    surroundings.unsubscribe()
    surroundings = watchSurroundings()
  }

  function toAsked({ rows, reactions, events }: MessageWindow): Asked {
    const people = new Set([myId, ...events.flatMap(listEventPeople)])
    const quotes = new Set<string>()
    const held = new Set(rows.map((row) => row.id))
    for (const { authorId, mentions, replyTo } of rows) {
      people.add(authorId)
      for (const id of mentions) people.add(id)
      if (replyTo !== null && !held.has(replyTo.messageId)) quotes.add(replyTo.messageId)
    }
    for (const { userId } of reactions) people.add(userId)
    return { people, quotes }
  }

  function watchSurroundings(): Subscription {
    const { people, quotes } = asked
    return tableQuery(db, async (read) => {
      const entries = await read('entries', [db.outbox], () => listRelatedEntries(db, conversationId))
      const replied = entriesOf(entries, 'message.send').map(({ command }) => command.replyToId)
      const quotedIds = [...new Set([...quotes, ...replied.filter((id) => id !== null)])]
      const [receipts, quoted, hiddens, uploads, blocks] = await Promise.all([
        findReceiptRows(db, read, conversationId, entries),
        // Of none, no message that comes is a reason to look again.
        read('quoted', quotedIds.length === 0 ? [] : [db.messages], () => db.messages.bulkGet(quotedIds), quotedIds),
        read('hiddens', [db.hiddens], () => db.hiddens.where({ conversationId }).toArray()),
        read('uploads', [db.uploads], () => findUploads(db, conversationId)),
        read('blocks', [db.blocks], () => db.blocks.toArray()),
      ])
      const quotedRows = quoted.filter((row) => row !== undefined)
      const named = [...new Set([...people, ...peopleNamedIn(entries), ...quotedRows.map((row) => row.authorId)])]
      const users = (await read('users', [db.users], () => db.users.bulkGet(named), named)).filter(
        (user) => user !== undefined,
      )
      keepNames(named)
      const [hidden, blocked] = [hiddenIds(hiddens, entries), blockedIds(blocks, entries)]
      return { entries, receipts, quoted: quotedRows, hidden, blocked, uploads, users }
    }).subscribe({
      next: (value) => {
        around = value
        emit()
      },
      error: onError,
    })
  }

  function emit(): void {
    if (window === null || around === null) return
    const { rows, reactions, replies, events, olderN, newerN, newestN, atEnd } = window
    const { entries, users, quoted, receipts, hidden, blocked, uploads } = around
    const findPerson = createFindPerson(users, entries, myId)
    if (divider === undefined && rows.length > 0)
      divider = findDivider(
        rows.filter(({ id }) => !hidden.has(id)),
        readN,
        newestN,
        myId,
      )
    shown = window
    const range = { olderN, newerN, newestN, atEnd, divider: divider ?? null }
    const shownRows = { rows, reactions, replies, quoted, hidden, blocked, receipts, entries, uploads }
    onMessages(mergeMessages({ myId, findPerson, atEnd, ...shownRows }), range, toEventViews(events, findPerson))
    const released = waiters
    waiters = []
    for (const resolve of released) resolve()
  }

  async function afterShown<Value>(done: Promise<Value>): Promise<Value> {
    const value = await done
    while (shown !== window) await new Promise<void>((resolve) => waiters.push(resolve))
    return value
  }

  async function fetchAndShow(before: number): Promise<HistoryOutcome> {
    const outcome = await fetchBefore(session, conversationId, before)
    if (outcome === 'loaded') await afterShown(pages.open(before - HISTORY_PAGE_MESSAGES, before - 1))
    return outcome
  }

  return {
    showOlder: () => afterShown(pages.openOlder()),
    showNewer: () => afterShown(pages.openNewer()),
    showNewest: () => afterShown(pages.openNewest()),
    stayAtEnd: pages.stayAtEnd,
    async showAround(n) {
      if ((await db.messages.where({ conversationId, n }).first()) === undefined) {
        const newestN = (await db.latest.get(conversationId))?.n ?? 0
        const before = Math.max(n + 1, Math.min(n + HISTORY_PAGE_MESSAGES / 2, newestN + 1))
        const outcome = await fetchBefore(session, conversationId, before)
        if (outcome !== 'loaded') return outcome
      }
      await afterShown(pages.openAround(n))
      return 'loaded'
    },
    async fillHole(before, from = 'below') {
      if (from === 'below') return fetchAndShow(before)
      const above = await db.messages
        .where('[conversationId+n]')
        .between([conversationId, 0], [conversationId, before])
        .last()
      return fetchAndShow(Math.min(before, (above?.n ?? 0) + HISTORY_PAGE_MESSAGES / 2))
    },
    stop() {
      surroundings.unsubscribe()
      pages.stop()
    },
  }
}

/** Whom and what the window needs to know beside its rows. */
interface Asked {
  people: ReadonlySet<string>
  quotes: ReadonlySet<string>
}

function isWithin(needed: ReadonlySet<string>, known: ReadonlySet<string>): boolean {
  return [...needed].every((id) => known.has(id))
}
