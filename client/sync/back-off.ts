const BASE_MS = 500
const CAP_MS = 30_000

/** How long a socket has to hold before failing again counts from the beginning. */
export const HELD_MS = 5_000

export interface BackOff {
  /** Milliseconds to wait before the next try: full jitter, doubling up to half a minute, for ever. */
  next(): number
  reset(): void
}

/** Full jitter spreads a lecture hall that lost its Wi-Fi at one moment (Brooker, "Exponential Backoff And Jitter"). */
export function createBackOff(random: () => number): BackOff {
  let failures = 0
  return {
    next() {
      const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** failures)
      failures = Math.min(failures + 1, 16)
      return Math.round(random() * ceiling)
    },
    reset() {
      failures = 0
    },
  }
}
