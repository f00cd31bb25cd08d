import type { Locker } from '@tus/server'

/**
 * Locks by the id of an upload, as tus has them: who wants one that is held asks its holder to let go. `lock` throws
 * `LockHeld` when that did not happen in time, or when who asks has left.
 */
export type UploadLocks = Locker

export class LockHeld extends Error {}

/** A holder ends what it is at within a second or so; only what looks into a file holds on for longer. */
export const LOCK_WITHIN_MS = 10_000

/**
 * A signal that aborts with `signal`, or after `withinMs`; `clear` withdraws both. `AbortSignal.any` with an
 * `AbortSignal.timeout` is not that: Node 20 may collect the timeout as garbage before it fires (nodejs/node#57736), and
 * who waits then waits for ever.
 */
export function createDeadline(signal: AbortSignal, withinMs: number): { end: AbortSignal; clear(): void } {
  const controller = new AbortController()
  const abort = () => {
    clear()
    controller.abort()
  }
  const timer = setTimeout(abort, withinMs)
  const clear = () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  return { end: controller.signal, clear }
}

/** Holds a lock while `work` runs, whoever else wants it. */
export async function withLock<Answer>(locks: UploadLocks, id: string, work: () => Promise<Answer>): Promise<Answer> {
  const lock = locks.newLock(id)
  // Nobody calls it off: how long one waits is limited by the locks.
  await lock.lock(new AbortController().signal, () => undefined)
  try {
    return await work()
  } finally {
    await lock.unlock()
  }
}
