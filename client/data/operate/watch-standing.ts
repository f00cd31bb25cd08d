import type { Observable } from 'dexie'
import type { Role } from '../../../shared/protocol/fields.ts'
import type { StandingRow } from '../../../shared/protocol/rows.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { Session } from '../session.ts'

/** What somebody may do here, as far as this device heard: with no network they see what they may do once there is one. */
export function watchRole({ db }: Session): Observable<Role> {
  return liveQuery(async () => toRole(await db.standings.get('standing')))
}

/** Somebody without a row is a member, and who is suspended may do no more than one. */
export function toRole(standing: StandingRow | undefined): Role {
  return standing === undefined || standing.suspended !== null ? 'member' : standing.role
}
