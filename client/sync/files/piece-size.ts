/*
 * How much of a file goes over the network in one request. It grows and shrinks with what the network carries, so that a
 * piece takes a few seconds: a lost connection then costs little, and a good one is not slowed by round trips.
 */

export interface PieceSize {
  readonly bytes: number
  /** A piece of so many bytes took so long. */
  onCarried(bytes: number, ms: number): void
  /** A piece did not get through. */
  onLost(): void
}

const FIRST_BYTES = 64 * 1024
const MIN_BYTES = 16 * 1024
const MAX_BYTES = 4 * 1024 * 1024
/** Less than the server lets a request last, by far. */
const AIM_MS = 4_000
const GROWTH_MAX = 4

export function createPieceSize(): PieceSize {
  let bytes = FIRST_BYTES
  return {
    get bytes() {
      return bytes
    },
    onCarried(carried, ms) {
      // The last piece of a file says less the smaller it is.
      if (carried < bytes) return
      const fitting = (carried / Math.max(ms, 1)) * AIM_MS
      bytes = within(Math.min(fitting, bytes * GROWTH_MAX))
    },
    onLost() {
      bytes = within(bytes / 2)
    },
  }
}

function within(bytes: number): number {
  return Math.round(Math.min(MAX_BYTES, Math.max(MIN_BYTES, bytes)))
}
