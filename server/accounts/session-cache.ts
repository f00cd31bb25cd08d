/** Who is behind a request. */
export interface FoundSession {
  sessionId: string
  userId: string
}

/** Bursts of requests of one device ask the database once. Another process hears of an ended session within this time. */
const CACHED_MS = 1_000

export interface SessionCache {
  find(secretHash: string): FoundSession | undefined
  /** Looks up and keeps what was found, unless a session ended meanwhile: it might have been this one. */
  fill(secretHash: string, look: () => Promise<FoundSession | undefined>): Promise<FoundSession | undefined>
  drop(sessionIds: readonly string[]): void
}

export function createSessionCache(now: () => number): SessionCache {
  // Oldest first, so that what is too old is always at the front.
  const kept = new Map<string, { session: FoundSession; until: number }>()
  let drops = 0
  return {
    find(secretHash) {
      const entry = kept.get(secretHash)
      return entry !== undefined && entry.until > now() ? entry.session : undefined
    },
    async fill(secretHash, look) {
      const dropsBefore = drops
      const session = await look()
      if (session === undefined || drops !== dropsBefore) return session
      for (const [oldHash, entry] of kept) {
        if (entry.until > now()) break
        kept.delete(oldHash)
      }
      kept.delete(secretHash)
      kept.set(secretHash, { session, until: now() + CACHED_MS })
      return session
    },
    drop(sessionIds) {
      drops += 1
      for (const [secretHash, entry] of kept) {
        if (sessionIds.includes(entry.session.sessionId)) kept.delete(secretHash)
      }
    },
  }
}
