import { TIME_STEP_MS } from '../../shared/classroom/limits.ts'

/** A session that was not used for so long is over. Browsers cut a cookie's life at 400 days anyway (RFC 6265bis). */
export const SESSION_IDLE_MS = 60 * 24 * 60 * 60 * 1000
/** How often the database learns that a session is in use, where nothing else is written of it. */
export const LAST_SEEN_EVERY_MS = 60 * 60 * 1000

/*
 * When somebody was here is kept, written and shown in the steps of the time of a question. Any finer, the moment at
 * which somebody left the app for a classroom would tell who asked there.
 */
export const SEEN_STEP_MS = TIME_STEP_MS

export function toStep(ms: number): number {
  return ms - (ms % SEEN_STEP_MS)
}

export function untilNextStep(now: number): number {
  return toStep(now) + SEEN_STEP_MS - now
}

export function isExpired(session: { last_seen_at: number }, now: number): boolean {
  return now - session.last_seen_at > SESSION_IDLE_MS
}
