import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { Session } from '../session.ts'

/**
 * How many groups one is not in any more and has not seen to, and how much one is asked; what is to be said of each is in
 * `departures.ts` and `requests.ts`, loaded later.
 */
export function countAbove({ db }: Session): Observable<{ departures: number; requests: number }> {
  return liveQuery(async () => ({
    departures: await db.departures.count(),
    requests: await db.requests.filter(({ state }) => state === 'asked').count(),
  }))
}
