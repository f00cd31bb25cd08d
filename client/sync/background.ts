import { systemClock } from '../../shared/clock.ts'
import { findAccount, openAccountDatabase } from './account.ts'
import { createApi } from './api.ts'
import { syncCampus, type CampusPart } from './campus.ts'
import { createDexieStore } from './dexie-store.ts'
import { lockName } from './leader.ts'
import type { Fetch } from './request.ts'

/**
 * Sends what waits and pulls what is new while no tab does. Throws when the server was not reached,
 * so that the browser tries again later.
 */
export async function syncInBackground(locks: Pick<LockManager, 'request'>, fetch: Fetch): Promise<void> {
  const account = await findAccount()
  if (account === null) return
  await locks.request(lockName(account.userId), { ifAvailable: true }, async (lock) => {
    // A tab that leads does it better.
    if (lock === null) return
    const db = openAccountDatabase(account.userId)
    const part: CampusPart = {
      store: createDexieStore(db),
      api: createApi(fetch, account.userId),
      me: account.userId,
      clock: systemClock,
    }
    try {
      const ending = await syncCampus(part)
      if (ending === 'unreachable' || ending === 'unavailable' || ending === 'portal')
        throw new Error('the server was not reached')
    } finally {
      db.close()
    }
  })
}
