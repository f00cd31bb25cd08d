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

/** What has no files first: a text is not held up by a photo. What is whole goes, whatever became of the rest. */
async function syncWithFiles(part: CampusPart, db: ClientDatabase, fetch: Fetch, over: AbortSignal): Promise<Ending> {
  const synced = await syncCampus(part)
  if (synced !== 'done' || !(await hasUploads(db))) return synced
  const environment = { fetch, clock: systemClock, onError: throwLater }
  const uploaded = await uploadAll(toUploadPart(environment, part.me, db, part.store), over)
  if (uploaded !== 'done' && uploaded !== 'unavailable') return uploaded
  const sent = await syncCampus(part)
  return sent === 'done' ? uploaded : sent
}

async function hasUploads(db: ClientDatabase): Promise<boolean> {
  return (await db.uploads.where('messageId').above('').count()) > 0
}

/** What the server slowed down goes later, and nobody else may be there to send it. */
async function hasSlowed(db: ClientDatabase): Promise<boolean> {
  const slowed = db.outbox.filter(({ state }) => state.kind === 'waiting' && state.hold?.slowed === true)
  return (await slowed.count()) > 0
}

/** A worker has no other place to say that something is broken. */
function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}

/**
 * Sends what waits and pulls what is new while no tab does. Throws when the server was not reached or slowed something down,
 * or while a tab is still at files that it may not live to send, so that the browser tries again later.
 */
export async function syncInBackground(locks: Pick<LockManager, 'request'>, fetch: Fetch): Promise<void> {
  const account = await findAccount()
  if (account === null) return
  const over = new AbortController()
  try {
    await locks.request(lockName(account.userId), { ifAvailable: true }, (lock) =>
      sync(account.userId, fetch, lock !== null, over.signal),
    )
  } finally {
    // A tab took the lead: it does it better.
    over.abort()
  }
}

async function sync(userId: string, fetch: Fetch, leads: boolean, over: AbortSignal): Promise<void> {
  const db = openAccountDatabase(userId)
  try {
    if (!leads) {
      if (await hasUploads(db)) throw new Error('a tab still sends files')
      return
    }
    const part: CampusPart = {
      store: createDexieStore(db),
      api: createApi(fetch, userId),
      me: userId,
      clock: systemClock,
    }
    const ending = await syncWithFiles(part, db, fetch, over)
    if (ending === 'unreachable' || ending === 'unavailable' || ending === 'portal')
      throw new Error('the server was not reached')
    if (await hasSlowed(db)) throw new Error('some of it has to wait')
  } finally {
    db.close()
  }
}
