import { liveQuery, type Subscription } from 'dexie'
import type { MessageRow } from '../../shared/protocol/rows.ts'
import type { ClientDatabase } from '../sync/database.ts'

/*
 * A window onto a conversation's messages, made of pages by n. Each page is a query of its own, so a
 * new or edited message reads 100 rows again and not all that have been scrolled past.
 *
 *     n   1 … 100   101 … 200   …   4901 … 5000   5001 … 5100
 *         page 0    page 1          page 49       page 50  ◀ follows the newest message
 *
 * Pages need not touch: what lies between two open ones is a hole, and is drawn as one.
 */
export const PAGE_MESSAGES = 100
const PAGES_AT_ONCE = 2
/** Opening a conversation goes back to the first unread message, but no further than this. */
const UNREAD_OPENED_MAX = 1_000

export interface MessagePages {
  /** Opens the pages of the next older messages that are on this device; false when there are none. */
  openOlder(): Promise<boolean>
  open(fromN: number, toN: number): void
  stop(): void
}

interface Page {
  rows: MessageRow[] | null
  subscription: Subscription
}

/** `onRows` gets all open pages' rows by ascending n, each time that one of them changed. */
export function watchMessagePages(
  db: ClientDatabase,
  conversationId: string,
  readN: number,
  onRows: (rows: MessageRow[]) => void,
  onError: (error: unknown) => void,
): MessagePages {
  const pages = new Map<number, Page>()
  let newest = 0

  const latest = liveQuery(() => db.latest.get(conversationId)).subscribe({
    next: (row) => {
      if (row === undefined) {
        if (pages.size === 0) onRows([])
        return
      }
      const unread = Math.max(readN, row.n - UNREAD_OPENED_MAX)
      const oldest = newest > 0 ? newest : Math.min(unread, row.n - PAGE_MESSAGES)
      newest = row.n
      open(Math.max(1, oldest), row.n)
    },
    error: onError,
  })

  function open(fromN: number, toN: number): void {
    for (let page = pageOf(fromN); page <= pageOf(toN); page++) {
      if (!pages.has(page)) pages.set(page, openPage(page))
    }
  }

  function openPage(number: number): Page {
    const from = number * PAGE_MESSAGES + 1
    const page: Page = {
      rows: null,
      subscription: liveQuery(() =>
        db.messages
          .where('[conversationId+n]')
          .between([conversationId, from], [conversationId, from + PAGE_MESSAGES])
          .toArray(),
      ).subscribe({
        next: (rows) => {
          page.rows = rows
          emit()
        },
        error: onError,
      }),
    }
    return page
  }

  function emit(): void {
    const rows: MessageRow[] = []
    for (const [, page] of [...pages].sort(([a], [b]) => a - b)) {
      if (page.rows === null) return
      for (const row of page.rows) rows.push(row)
    }
    onRows(rows)
  }

  async function openOlder(): Promise<boolean> {
    if (pages.size === 0) return false
    const oldest = Math.min(...pages.keys()) * PAGE_MESSAGES + 1
    const older = await db.messages
      .where('[conversationId+n]')
      .between([conversationId, 0], [conversationId, oldest])
      .last()
    if (older === undefined) return false
    open(Math.max(1, older.n - PAGES_AT_ONCE * PAGE_MESSAGES + 1), older.n)
    return true
  }

  return {
    openOlder,
    open,
    stop() {
      latest.unsubscribe()
      for (const page of pages.values()) page.subscription.unsubscribe()
    },
  }
}

function pageOf(n: number): number {
  return Math.floor((n - 1) / PAGE_MESSAGES)
}
