import { SHORT_HEARTBEAT_MS } from '../../shared/protocol/limits.ts'

/** Who is behind a request. */
export interface FoundSession {
  sessionId: string
  userId: string
  /** Why the account may do nothing for now. */
  suspendedFor?: string
}

/**
 * Whoever ends a session tells all processes, and should that be lost, what is open here finds out with the next sweep of
 * open sessions: a cached one holds no longer than that, and as long as something is open each sweep renews it. So thousands
 * who come back at once, after a network was cut, ask the database nothing.
 */
const KEPT_MS = SHORT_HEARTBEAT_MS + 1_000
/** While nobody can be told: a burst of requests of one device. */
const KEPT_ALONE_MS = 1_000

export interface SessionCache {
  find(secretHash: string): FoundSession | undefined
  /** Looks up and keeps what was found, unless a session ended meanwhile: it might have been this one. */
  fill(secretHash: string, look: () => Promise<FoundSession | undefined>): Promise<FoundSession | undefined>
  /** These were looked for, and are there: what is kept of them holds from now on. */
  renew(sessionIds: ReadonlySet<string>): void
  drop(sessionIds: readonly string[]): void
  clear(): void
}

/** `isTold` says whether all who may end a session can be heard. */
export function createSessionCache(now: () => number, isTold: () => boolean): SessionCache {
  // Oldest first, so that what is too old is always at the front.
  const kept = new Map<string, { session: FoundSession; since: number }>()
  let drops = 0

  function keep(secretHash: string, session: FoundSession): void {
    kept.delete(secretHash)
    kept.set(secretHash, { session, since: now() })
  }

  function prune(): void {
    for (const [secretHash, { since }] of kept) {
      if (since + KEPT_MS > now()) break
      kept.delete(secretHash)
    }
  }

  return {
    find(secretHash) {
      const entry = kept.get(secretHash)
      if (entry === undefined) return undefined
      return entry.since + (isTold() ? KEPT_MS : KEPT_ALONE_MS) > now() ? entry.session : undefined
    },
    async fill(secretHash, look) {
      const dropsBefore = drops
      const session = await look()
      if (session === undefined || drops !== dropsBefore) return session
      prune()
      keep(secretHash, session)
      return session
    },
    renew(sessionIds) {
      prune()
      const alive = [...kept].filter(([, { session }]) => sessionIds.has(session.sessionId))
      for (const [secretHash, { session }] of alive) keep(secretHash, session)
    },
    drop(sessionIds) {
      drops += 1
      for (const [secretHash, entry] of kept) {
        if (sessionIds.includes(entry.session.sessionId)) kept.delete(secretHash)
      }
    },
    clear() {
      drops += 1
      kept.clear()
    },
  }
}
