import { createHmac, randomBytes } from 'node:crypto'
import { CODE_GUESSES_PER_MINUTE } from '../../shared/classroom/limits.ts'

/** Counts wrong codes by address. An address is kept for a minute, and only under a key that ends with this process. */
export interface CodeGuesses {
  /** Takes a guess; undefined when there is one left, else how long to wait. */
  take(address: string): { retryAfterMs: number } | undefined
  /** The guess was right. */
  giveBack(address: string): void
}

const MINUTE_MS = 60_000

export function createCodeGuesses(now: () => number): CodeGuesses {
  const key = randomBytes(32)
  // In the order of their beginnings, so that what is over is always at the front.
  const minutes = new Map<string, { from: number; count: number }>()
  const hide = (address: string) => createHmac('sha256', key).update(address).digest('base64url')

  return {
    take(address) {
      for (const [hidden, { from }] of minutes) {
        if (from > now() - MINUTE_MS) break
        minutes.delete(hidden)
      }
      const hidden = hide(address)
      const minute = minutes.get(hidden) ?? { from: now(), count: 0 }
      if (minute.count >= CODE_GUESSES_PER_MINUTE) return { retryAfterMs: minute.from + MINUTE_MS - now() }
      minute.count += 1
      minutes.set(hidden, minute)
      return undefined
    },
    giveBack(address) {
      const minute = minutes.get(hide(address))
      if (minute !== undefined) minute.count -= 1
    },
  }
}
