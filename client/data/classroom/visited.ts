import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { listVisited } from '../../sync/classroom/visited.ts'
import type { VisitedView } from './views.ts'

/** The classrooms that this device has been to, the last one first. */
export function watchVisited(): Observable<VisitedView[]> {
  return liveQuery(listVisited)
}
