import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { Presence as PresenceRow } from '../../sync/database.ts'
import type { Session } from '../session.ts'

/** How somebody is, as far as it is known at this moment: offline it is not. */
export type Presence = { kind: 'there' } | { kind: 'away'; lastSeenAt: number | null } | { kind: 'unknown' }

export type FindPresence = (userId: string) => Presence

const NOT_KNOWN: Presence = { kind: 'unknown' }

/** How these people are; only those are known whom `watchScreen` watches. */
export function watchPresence({ db }: Session, userIds: readonly string[]): Observable<FindPresence> {
  return liveQuery(async () => {
    const [meta, rows] = await Promise.all([db.meta.get('connection'), db.presences.bulkGet([...userIds])])
    const connected = meta?.key === 'connection' && (meta.state.kind === 'live' || meta.state.kind === 'catching-up')
    const known = new Map(
      rows.flatMap((row) => (row !== undefined && connected ? [[row.userId, toPresence(row)]] : [])),
    )
    return (userId: string) => known.get(userId) ?? NOT_KNOWN
  })
}

function toPresence({ state, lastSeenAt }: PresenceRow): Presence {
  switch (state) {
    case 'there':
      return { kind: 'there' }
    case 'away':
      return { kind: 'away', lastSeenAt }
    case 'unknown':
      return NOT_KNOWN
  }
}
