import type { Clock } from '../../shared/clock.ts'

/** The server's time, as far as this device knows it. */
export interface ServerClock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number
  /** Hears that `now` was wrong until this moment; returns what ends that. */
  onCorrection(listener: () => void): () => void
}

/** Keeps how far off this device's clock is, for all of its tabs, and beyond a reload with no network. */
export interface OffsetStore {
  read(): number
  write(offsetMs: number): void
  /** Hears that another tab has written. */
  onChange(listener: () => void): void
}

/** A `Date` header is cut to seconds, and what is nearer than this may as well be the network's delay. */
const AGREES_WITHIN_MS = 2_000

/*
 * The clock of a device may be hours off, and whoever sets it does so at any time. It measures spans; what the server
 * decides by its own clock (whether a classroom is open, how long somebody is muted, when a message was written) is
 * looked up by the server's, which each of its answers tells (RFC 9110, 6.6.1).
 */
export function createServerClock(clock: Pick<Clock, 'now'>, store: OffsetStore) {
  const listeners = new Set<() => void>()
  let offset = store.read()
  const tell = () => listeners.forEach((listener) => listener())
  store.onChange(() => {
    offset = store.read()
    tell()
  })
  return {
    now: () => clock.now() + offset,
    onCorrection(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    /** Notes what the header `Date` of an answer of our server's said, to a request sent at `sentAt` by this device's clock. */
    note(date: string | null, sentAt: number): void {
      const said = date === null ? NaN : Date.parse(date) + 500
      const heardAt = clock.now()
      const rounds = heardAt - sentAt
      const next = said - (sentAt + rounds / 2)
      // A device that slept in the middle of a request measured nothing.
      if (Number.isNaN(said) || rounds < 0 || Math.abs(next - offset) < AGREES_WITHIN_MS + rounds / 2) return
      offset = Math.abs(next) < AGREES_WITHIN_MS + rounds / 2 ? 0 : Math.round(next)
      store.write(offset)
      tell()
    },
  }
}
