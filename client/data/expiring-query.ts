import type { Observable } from 'dexie'
import { liveQuery } from '../sync/storage/live-query.ts'
import { systemClock } from '../../shared/clock.ts'
import type { ServerClock } from '../sync/server-clock.ts'
import { createObservable } from '../sync/observable.ts'

/** A timer cannot be set further ahead than about 24 days, so one looks again before that. */
const AHEAD_MAX_MS = 24 * 60 * 60_000

type ExpiringClock = Pick<ServerClock, 'now'> & Partial<ServerClock>

export interface Expiring<Value> {
  value: Value
  /** When it changes by time alone, or null. */
  expiresAt: number | null
}

/** A live query that is also asked again once the clock has reached the `expiresAt` of its answer, or was corrected. */
export function expiringQuery<Value>(clock: ExpiringClock, query: () => Promise<Expiring<Value>>): Observable<Value> {
  return expiring(clock, liveQuery(query))
}

/** The same of any that answers each who subscribes anew. */
export function expiring<Value>(clock: ExpiringClock, source: Observable<Expiring<Value>>): Observable<Value> {
  return createObservable((sink) => {
    let cancel: () => void = () => undefined
    let subscription = ask()
    function ask() {
      return source.subscribe({
        next: ({ value, expiresAt }) => {
          cancel()
          if (expiresAt !== null)
            cancel = systemClock.after(Math.min(Math.max(1, expiresAt - clock.now()), AHEAD_MAX_MS), again)
          sink.next(value)
        },
        error: (error) => sink.error(error),
      })
    }
    function again() {
      cancel()
      subscription.unsubscribe()
      subscription = ask()
    }
    const stopListening = clock.onCorrection?.(again)
    return () => {
      stopListening?.()
      cancel()
      subscription.unsubscribe()
    }
  })
}

/** The earliest of these moments that is still to come. */
export function findEarliest(now: number, moments: readonly (number | null)[]): number | null {
  const coming = moments.filter((at): at is number => at !== null && at > now)
  return coming.length === 0 ? null : Math.min(...coming)
}
