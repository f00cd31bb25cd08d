/** A session that was not used for so long is over. Browsers cut a cookie's life at 400 days anyway (RFC 6265bis). */
export const SESSION_IDLE_MS = 60 * 24 * 60 * 60 * 1000
/** How often the database learns that a session is in use, where nothing else is written of it. */
export const LAST_SEEN_EVERY_MS = 60 * 60 * 1000

export function isExpired(session: { last_seen_at: number }, now: number): boolean {
  return now - session.last_seen_at > SESSION_IDLE_MS
}
