import { liveQuery, type Subscription } from 'dexie'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import { HISTORY_PAGE_MESSAGES } from '../../shared/protocol/limits.ts'
import type { MessageRow, UserRow } from '../../shared/protocol/rows.ts'
import type { OutboxEntry } from '../sync/database.ts'
import { createDexieStore } from '../sync/dexie-store.ts'
import { loadHistory } from '../sync/history.ts'
import { findEntriesAround } from './entries-around.ts'
import { watchMessagePages } from './message-pages.ts'
import { mergeMessages, type MessageView } from './message-view.ts'
import { createFindPerson } from './person.ts'
import type { Session } from './session.ts'

export interface OpenMessages {
  /** Shows older messages of this device; false when it has none. */
  showOlder(): Promise<boolean>
  /** Fetches the messages right before this one and shows them. */
  fillHole(before: number): Promise<'loaded' | 'offline' | 'refused'>
  stop(): void
}

export interface MessagesListener {
  onMessages(messages: MessageView[]): void
  onError(error: unknown): void
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
  const store = createDexieStore(db, CAMPUS_LOG)
  let rows: MessageRow[] | null = null
  let around: { entries: OutboxEntry[]; users: UserRow[] } | null = null
  const authors = new Set([myId])
  let surroundings = watchSurroundings()

  const pages = watchMessagePages(
    db,
    conversationId,
    readN,
    (next) => {
      rows = next
      const known = authors.size
      for (const row of rows) authors.add(row.authorId)
      if (authors.size > known) {
        surroundings.unsubscribe()
        surroundings = watchSurroundings()
      } else {
        emit()
      }
    },
    onError,
  )

  function watchSurroundings(): Subscription {
    return liveQuery(async () => {
      const [entries, users] = await Promise.all([
        findEntriesAround(db, conversationId),
        db.users.bulkGet([...authors]),
      ])
      return { entries, users: users.filter((user) => user !== undefined) }
    }).subscribe({
      next: (value) => {
        around = value
        emit()
      },
      error: onError,
    })
  }

  function emit(): void {
    if (rows === null || around === null) return
    const { entries, users } = around
    onMessages(mergeMessages({ myId, rows, entries, findPerson: createFindPerson(users, entries, myId) }))
  }

  return {
    showOlder: pages.openOlder,
    async fillHole(before) {
      const outcome = await loadHistory({ store, api: session.api, me: myId }, conversationId, before)
      if (outcome === 'loaded') pages.open(Math.max(1, before - HISTORY_PAGE_MESSAGES), before - 1)
      return outcome
    },
    stop() {
      surroundings.unsubscribe()
      pages.stop()
    },
  }
}
