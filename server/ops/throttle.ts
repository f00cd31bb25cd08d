const QUIET_MS = 60_000

/** Passes on the first of many calls, and then one a minute. */
export function throttle(now: () => number, work: (error: unknown) => void): (error: unknown) => void {
  let quietUntil = 0
  return (error) => {
    if (now() < quietUntil) return
    quietUntil = now() + QUIET_MS
    work(error)
  }
}
