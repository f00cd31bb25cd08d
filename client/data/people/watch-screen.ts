import { Dexie } from 'dexie'
import { repeat, systemClock } from '../../../shared/clock.ts'
import { WATCHED_MAX } from '../../../shared/protocol/limits.ts'
import type { Watch } from '../../sync/database.ts'
import { WATCH_RENEW_EVERY_MS } from '../../sync/watches.ts'
import type { Session } from '../session.ts'

/** What somebody looks at: the open conversation, whose typing is followed, and the people whose presence is followed. */
export interface OnScreen {
  conversationId: string | null
  userIds: readonly string[]
  /** Whether it is the list of all people: then who registers appears in it. */
  people?: boolean
}

export interface WatchedScreen {
  /** Lets the others in the conversation know that one is typing; said as often as one likes. */
  sayTyping(): void
  /** Nobody needs to know any more: what was typed was sent, or taken away. */
  stopTyping(): void
  stop(): void
}

/** Between two keys no more is written than this. */
const SAY_EVERY_MS = 1_000

/** Says what is on the screen, for as long as it is there; whichever tab is in touch with the server passes it on. */
export function watchScreen(
  { db, clock }: Session,
  { conversationId, userIds, people = false }: OnScreen,
): WatchedScreen {
  const tab = crypto.getRandomValues(new Uint32Array(4)).join('-')
  let typingAt: number | null = null
  let stopped = false
  // One write after the other, so that a late one does not bring back what was taken away.
  let writing: Promise<unknown> = Promise.resolve()

  const inTurn = (work: () => Promise<unknown>) => {
    // Whoever signs out closes the database under the screen that is just going away.
    writing = writing.then(work).catch((error: unknown) => {
      if (!(error instanceof Dexie.DatabaseClosedError)) throw error
    })
  }
  const write = () => {
    inTurn(async () => {
      const watch: Watch = {
        tab,
        conversationId,
        userIds: userIds.slice(0, WATCHED_MAX),
        typingAt,
        ...(people && { people }),
        changedAt: clock.now(),
      }
      if (!stopped) await db.watches.put(watch)
    })
  }
  write()
  const stopRenewing = repeat(systemClock, WATCH_RENEW_EVERY_MS, write)

  return {
    sayTyping() {
      if (typingAt !== null && clock.now() - typingAt < SAY_EVERY_MS) return
      typingAt = clock.now()
      write()
    },
    stopTyping() {
      if (typingAt === null) return
      typingAt = null
      write()
    },
    stop() {
      stopped = true
      stopRenewing()
      inTurn(async () => db.watches.delete(tab))
    },
  }
}
