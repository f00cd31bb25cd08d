/** Time as it comes from outside, so that tests can set it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number
  /** Runs `work` once after `ms` milliseconds; the returned function calls it off. */
  after(ms: number, work: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
}

/** Runs `work` again and again, `ms` after it last ended; the returned function ends that. */
export function repeat(clock: Clock, ms: number, work: () => void | Promise<void>): () => void {
  let stopped = false
  let cancel = clock.after(ms, run)
  function run(): void {
    void Promise.resolve(work()).finally(() => {
      if (!stopped) cancel = clock.after(ms, run)
    })
  }
  return () => {
    stopped = true
    cancel()
  }
}
