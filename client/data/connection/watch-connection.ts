import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { ConnectionState } from '../../sync/log/connection-state.ts'
import { countWaiting, type WaitingCount } from './connection-line.ts'
import { isRefused, isUserAction } from '../outbox/pending.ts'
import type { Session } from '../session.ts'

export interface Connection {
  state: ConnectionState
  waiting: WaitingCount
  refused: number
}

export function watchConnection({ db }: Session): Observable<Connection> {
  return liveQuery(async () => {
    const [meta, entries] = await Promise.all([db.meta.get('connection'), db.outbox.toArray()])
    return {
      state: meta?.key === 'connection' ? meta.state : { kind: 'connecting' as const },
      waiting: countWaiting(entries),
      refused: entries.filter((entry) => isUserAction(entry) && isRefused(entry)).length,
    }
  })
}
