import type { Clock } from '../../shared/clock.ts'

/** A source of chance that a seed decides: mulberry32, by Tommy Ettinger, in the public domain. */
export interface Chance {
  /** At least 0, below 1. */
  next(): number
  /** A whole number, at least `from`, at most `to`. */
  between(from: number, to: number): number
  happens(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item | undefined
  /** A version 7 UUID in form; the time in it grows, the rest is chance. */
  id(): string
  /** A version 4 UUID in form. */
  randomId(): string
  bytes(count: number): Uint8Array
}

export function createChance(seed: number): Chance {
  let state = seed | 0
  let ids = 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const hex = (digits: number) => Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join('')
  return {
    next,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    happens: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)],
    id() {
      ids += 1
      const time = ids.toString(16).padStart(12, '0')
      return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-8${hex(3)}-${hex(12)}`
    },
    randomId: () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`,
    bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(next() * 256)),
  }
}

/**
 * Virtual time. Everything that takes time is an event; the next one is always the earliest, and of
 * those the one scheduled first, so that a seed decides the whole run.
 */
export interface Scheduler extends Clock {
  /** How many events have run. */
  readonly steps: number
  /** Runs the next event and whatever follows from it without time passing; false when there is none. */
  step(): Promise<boolean>
}

export function createScheduler(): Scheduler {
  let now = 1_700_000_000_000
  let order = 0
  let steps = 0
  const events: { at: number; order: number; work: () => void }[] = []
  return {
    get steps() {
      return steps
    },
    now: () => now,
    after(ms, work) {
      const event = { at: now + ms, order: (order += 1), work }
      // Kept sorted, the earliest last.
      let low = 0
      let high = events.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (isLater(events[middle], event)) low = middle + 1
        else high = middle
      }
      events.splice(low, 0, event)
      return () => {
        const found = events.indexOf(event)
        if (found >= 0) events.splice(found, 1)
      }
    },
    async step() {
      const event = events.pop()
      if (event === undefined) return false
      now = Math.max(now, event.at)
      steps += 1
      event.work()
      await settle()
      return true
    },
  }
}

function isLater(one: { at: number; order: number } | undefined, other: { at: number; order: number }): boolean {
  return one !== undefined && (one.at > other.at || (one.at === other.at && one.order > other.order))
}

/** Lets every promise run that waits for nothing but others: no part of a simulation waits for the real world. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
