import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { Session } from '../session.ts'

/** How many groups one is not in any more and has not seen to; what is to be said of each is in `departures.ts`, loaded later. */
export function countDepartures({ db }: Session): Observable<number> {
  return liveQuery(() => db.departures.count())
}
