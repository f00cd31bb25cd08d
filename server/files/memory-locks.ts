import type { RequestRelease } from '@tus/server'
import { createDeadline, LOCK_WITHIN_MS, LockHeld, type UploadLocks } from './locks.ts'

interface Held {
  requestRelease: RequestRelease
  /** Those who wait, in the order in which they came. */
  waiting: (() => void)[]
}

/** Locks of one process. */
export function createMemoryLocks(withinMs = LOCK_WITHIN_MS): UploadLocks {
  const held = new Map<string, Held>()

  function handOver(id: string): void {
    const next = held.get(id)?.waiting.shift()
    if (next === undefined) held.delete(id)
    else next()
  }

  return {
    newLock: (id) => ({
      async lock(signal, requestRelease) {
        const holder = held.get(id)
        if (holder === undefined) {
          held.set(id, { requestRelease, waiting: [] })
          return
        }
        await new Promise<void>((resolve, reject) => {
          const { end, clear } = createDeadline(signal, withinMs)
          const giveUp = () => {
            const index = holder.waiting.indexOf(take)
            if (index >= 0) holder.waiting.splice(index, 1)
            reject(new LockHeld('somebody else holds this upload'))
          }
          const take = () => {
            clear()
            holder.requestRelease = requestRelease
            // Who waits behind us has asked somebody else.
            if (holder.waiting.length > 0) void requestRelease()
            resolve()
          }
          holder.waiting.push(take)
          end.addEventListener('abort', giveUp, { once: true })
          if (end.aborted) giveUp()
          else void holder.requestRelease()
        })
      },
      async unlock() {
        handOver(id)
      },
    }),
  }
}
