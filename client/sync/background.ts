import { systemClock } from '../../shared/clock.ts'
import { findAccount, openAccountDatabase } from './account.ts'
import { createApi } from './api.ts'
import { syncCampus, type CampusPart } from './campus.ts'
import type { ClientDatabase } from './database.ts'
import { createDexieStore } from './dexie-store.ts'
import { toUploadPart, uploadAll } from './files/upload-part.ts'
import type { Ending } from './log/kind.ts'
import { lockName } from './leader.ts'
import type { Fetch } from './request.ts'

/** What has no files first: a text is not held up by a photo. */
async function syncWithFiles(part: CampusPart, db: ClientDatabase, fetch: Fetch): Promise<Ending> {
  const synced = await syncCampus(part)
  if (synced !== 'done' || (await db.uploads.where('messageId').above('').count()) === 0) return synced
  const environment = { fetch, clock: systemClock, onError: throwLater }
  const uploaded = await uploadAll(toUploadPart(environment, part.me, db, part.store))
  return uploaded === 'done' ? syncCampus(part) : uploaded
}

/** A worker has no other place to say that something is broken. */
function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}

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
      const ending = await syncWithFiles(part, db, fetch)
      if (ending === 'unreachable' || ending === 'unavailable' || ending === 'portal')
        throw new Error('the server was not reached')
    } finally {
      db.close()
    }
  })
}
