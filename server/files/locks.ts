import type { Locker } from '@tus/server'

/**
 * Locks by the id of an upload, as tus has them: who wants one that is held asks its holder to let go. `lock` throws
 * `LockHeld` when that did not happen in time, or when who asks has left.
 */
export type UploadLocks = Locker

export class LockHeld extends Error {}

/** A holder ends what it is at within a second or so; only what looks into a file holds on for longer. */
export const LOCK_WITHIN_MS = 10_000

/** Holds a lock while `work` runs, whoever else wants it. */
export async function withLock<Answer>(locks: UploadLocks, id: string, work: () => Promise<Answer>): Promise<Answer> {
  const lock = locks.newLock(id)
  await lock.lock(AbortSignal.timeout(LOCK_WITHIN_MS), () => undefined)
  try {
    return await work()
  } finally {
    await lock.unlock()
  }
}
