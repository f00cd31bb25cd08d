import { createBackOff } from '../back-off.ts'
import type { Environment } from '../environment.ts'
import type { Ending } from '../log/kind.ts'
import type { UploadStore } from './uploader.ts'

/** What could not be done is not tried with every change of what waits. */
const TRY_EVERY_MS = 3_000

export interface FollowUploadsOptions {
  environment: Pick<Environment, 'clock' | 'random' | 'onWake' | 'onError' | 'requestBackgroundSync'>
  store: UploadStore
  /** What uploads all that waits; asked for once there is something. */
  load(): Promise<(over: AbortSignal) => Promise<Ending>>
  /** Calls back when the connection becomes live, and never while it stays so. Returns the function that stops it. */
  onLive(listener: () => void): () => void
}

/** Uploads what waits, now and whenever there is something, until it is stopped. */
export function followUploads({ environment, store, load, onLive }: FollowUploadsOptions): {
  wake(): void
  stop(): void
} {
  const { clock } = environment
  const backOff = createBackOff(() => environment.random())
  const over = new AbortController()
  let isRunning = false
  let isWanted = false
  let triedAt = -Infinity
  let cancelRetry: () => void = () => undefined
  let isPostponed = false
  /** How often somebody woke us: a try that fails after it began may have been of the network or the session of before. */
  let wakes = 0
  const stopListening = [store.onOutboxChange(onChange), environment.onWake(wake), onLive(wake)]

  function onChange(): void {
    if (!isPostponed || Math.abs(clock.now() - triedAt) >= TRY_EVERY_MS) look()
  }

  function wake(): void {
    wakes += 1
    look()
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
        const wakesBefore = wakes
        const before = await findProgress()
        if (before === undefined) continue
        triedAt = clock.now()
        // Should this tab be closed in the middle, it goes on without one, where the browser knows how.
        environment.requestBackgroundSync()
        const uploadAll = await load()
        const ending = await uploadAll(over.signal)
        // A link that breaks again and again, and carries something in between, is worth trying soon.
        if (ending === 'done' || ((await findProgress()) ?? 0) > before) backOff.reset()
        if (ending !== 'done' && wakes === wakesBefore) return tryLater(ending)
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
    wake,
    stop() {
      over.abort()
      cancelRetry()
      for (const stopOne of stopListening) stopOne()
    },
  }
}
