import type { Account } from '../account.ts'
import { createBackOff } from '../back-off.ts'
import type { Environment } from '../environment.ts'
import type { Ending } from '../log/kind.ts'
import { liveQuery } from '../storage/live-query.ts'
import type { ConnectionState } from '../log/connection-state.ts'
import type { ContentsDatabase } from './contents.ts'
import type { UploadStore } from './uploader.ts'

/** What could not be done is not tried with every change of what waits. */
const TRY_EVERY_MS = 3_000

/** What waits, and whether it may go, which may be asked in a live query. */
export interface FollowedUploads extends UploadStore {
  findConnection(): Promise<Pick<ConnectionState, 'kind'> | undefined>
}

/**
 * Uploads what waits, for as long as this tab leads. What it takes to do so is loaded once there is something.
 */
export function startUploads(
  environment: Pick<Environment, 'clock' | 'random' | 'fetch' | 'onWake' | 'onError' | 'requestBackgroundSync'>,
  account: Pick<Account, 'userId'>,
  db: ContentsDatabase,
  store: FollowedUploads,
  newId?: () => string,
): { wake(): void; stop(): void } {
  const { clock } = environment
  const backOff = createBackOff(() => environment.random())
  const over = new AbortController()
  let isRunning = false
  let isWanted = false
  let triedAt = -Infinity
  let cancelRetry: () => void = () => undefined
  let isPostponed = false
  const live = liveQuery(() => store.findConnection()).subscribe((state) => {
    if (state?.kind === 'live') look()
  })
  const stopListening = [...[store.onOutboxChange(onChange), environment.onWake(look)], () => live.unsubscribe()]

  function onChange(): void {
    if (!isPostponed || Math.abs(clock.now() - triedAt) >= TRY_EVERY_MS) look()
  }

  function look(): void {
    isWanted = true
    if (!isRunning && !over.signal.aborted) run().catch(environment.onError)
  }

  async function run(): Promise<void> {
    isRunning = true
    isPostponed = false
    cancelRetry()
    try {
      while (isWanted && !over.signal.aborted) {
        isWanted = false
        const before = await findProgress()
        if (before === undefined) continue
        triedAt = clock.now()
        // Should this tab be closed in the middle, it goes on without one, where the browser knows how.
        environment.requestBackgroundSync()
        const { uploadAll, toUploadPart } = await import('./upload-part.ts')
        const ending = await uploadAll(toUploadPart(environment, account.userId, db, store, newId), over.signal)
        // A link that breaks again and again, and carries something in between, is worth trying soon.
        if (ending === 'done' || ((await findProgress()) ?? 0) > before) backOff.reset()
        if (ending !== 'done') return tryLater(ending)
      }
    } catch (error) {
      // The network broke off before its code was here, or the device's storage failed.
      tryLater('unavailable')
      throw error
    } finally {
      isRunning = false
    }
  }

  /** How many bytes the server has of what waits; undefined while nothing does. */
  async function findProgress(): Promise<number | undefined> {
    return store.transact(async ({ uploads }) => {
      const sent = (await uploads.toArray()).filter(({ messageId }) => messageId !== '')
      return sent.length === 0 ? undefined : sent.reduce((bytes, upload) => bytes + upload.sent, 0)
    })
  }

  function tryLater(ending: Ending): void {
    isPostponed = true
    isWanted = false
    cancelRetry()
    // Who has to sign in, or needs a newer app, is live again first.
    if (over.signal.aborted || ending === 'signed-out' || ending === 'outdated') return
    cancelRetry = clock.after(backOff.next(), look)
  }

  return {
    wake: look,
    stop() {
      over.abort()
      cancelRetry()
      for (const stopOne of stopListening) stopOne()
    },
  }
}
