import type { Clock } from '../../shared/clock.ts'

/** Time that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Moves on by `ms`, and runs what falls due on the way, each at its own time. */
  advance(ms: number): void
  /** How many pieces of work wait for their time. */
  waiting(): number
}

export function createFakeClock(startMs = 1_800_000_000_000): FakeClock {
  let now = startMs
  const timers = new Set<{ at: number; work: () => void }>()
  return {
    now: () => now,
    after(ms, work) {
      const timer = { at: now + ms, work }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(ms) {
      const end = now + ms
      for (;;) {
        const [next] = [...timers].filter((timer) => timer.at <= end).sort((one, other) => one.at - other.at)
        if (next === undefined) break
        timers.delete(next)
        now = next.at
        next.work()
      }
      now = end
    },
    waiting: () => timers.size,
  }
}
