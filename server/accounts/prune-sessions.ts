import type { Store } from '../store/store.ts'
import { SESSION_IDLE_MS } from './session-life.ts'

/** Deletes the sessions, and the traces of those of deleted accounts, that were over at `now`, in milliseconds since 1970. */
export async function pruneSessions({ db }: Pick<Store, 'db'>, now: number): Promise<void> {
  await db
    .deleteFrom('session')
    .where('last_seen_at', '<', now - SESSION_IDLE_MS)
    .execute()
  await db.deleteFrom('erased_session').where('ends_at', '<', now).execute()
}
