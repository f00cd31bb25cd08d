import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { StaffRow } from '../../../shared/classroom/rows.ts'
import { listPending, pendingOf } from './pending-commands.ts'
import type { OpenedClassroom } from './opened-classroom.ts'

/** Who answers here and who did, who made it first; whoever is removed on this device counts as removed. */
export function watchStaff({ db }: OpenedClassroom): Observable<StaffRow[]> {
  return liveQuery(async () => {
    const [held, entries] = await Promise.all([db.staff.toArray(), db.outbox.toArray()])
    const removals = pendingOf(listPending(entries), 'staff.remove').map(({ command }) => command.userId)
    const rows = held.map((row) => (removals.includes(row.userId) ? { ...row, removed: true } : row))
    return rows.sort((one, other) =>
      one.role === other.role ? one.name.localeCompare(other.name) : one.role === 'owner' ? -1 : 1,
    )
  })
}
