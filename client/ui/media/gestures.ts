import type { Point } from './zoom.ts'

/*
 * What fingers, or a mouse, do on a picture:
 *
 *   none ──down──▶ one ──down──▶ two          one moves: it is dragged        two move: it is pinched, and dragged
 *     ▲             │ ▲           │           up, without having moved, twice within a moment: a double tap
 *     └─────up──────┘ └────up─────┘           the last one up: it is let go, with the speed that it had
 */
export interface GestureListener {
  ondrag: (x: number, y: number) => void
  onpinch: (factor: number, at: Point) => void
  ondoubletap: (at: Point) => void
  /** With its speed across, in pixels a millisecond. */
  onrelease: (speed: number) => void
}

export interface Gestures {
  down(id: number, at: Point, ms: number): void
  move(id: number, to: Point, ms: number): void
  up(id: number, ms: number): void
  cancel(id: number): void
}

const STILL_PX = 10
const TWICE_MS = 300
const TWICE_PX = 40
/** Of how long ago it was moved faster or slower nobody remembers. */
const SPEED_MS = 100

export function createGestures({ ondrag, onpinch, ondoubletap, onrelease }: GestureListener): Gestures {
  const fingers = new Map<number, Point>()
  let began: Point | null = null
  let tapped: { at: Point; ms: number } | null = null
  let moves: { x: number; ms: number }[] = []

  function lift(id: number, ms: number, isTap: boolean): void {
    const at = fingers.get(id)
    if (at === undefined) return
    fingers.delete(id)
    if (fingers.size > 0) return
    if (isTap && began !== null && distance(began, at) < STILL_PX) tap(at, ms)
    onrelease(speedOf(ms))
    moves = []
  }

  function tap(at: Point, ms: number): void {
    const isSecond = tapped !== null && ms - tapped.ms < TWICE_MS && distance(tapped.at, at) < TWICE_PX
    tapped = isSecond ? null : { at, ms }
    if (isSecond) ondoubletap(at)
  }

  function speedOf(ms: number): number {
    const [first, last] = [moves.find((move) => ms - move.ms < SPEED_MS), moves.at(-1)]
    if (first === undefined || last === undefined || last.ms === first.ms) return 0
    return (last.x - first.x) / (last.ms - first.ms)
  }

  return {
    down(id, at, ms) {
      // Two are enough for everything.
      if (fingers.size === 2) return
      fingers.set(id, at)
      // Whoever lays down a second finger does not tap.
      began = fingers.size === 1 ? at : null
      moves = [{ x: at.x, ms }]
    },
    move(id, to, ms) {
      const from = fingers.get(id)
      if (from === undefined) return
      const other = [...fingers].find(([otherId]) => otherId !== id)?.[1]
      fingers.set(id, to)
      if (began !== null && distance(began, to) >= STILL_PX) began = null
      if (other === undefined) {
        moves.push({ x: to.x, ms })
        ondrag(to.x - from.x, to.y - from.y)
        return
      }
      const [before, after] = [middle(from, other), middle(to, other)]
      ondrag(after.x - before.x, after.y - before.y)
      onpinch(distance(to, other) / Math.max(1, distance(from, other)), after)
    },
    up: (id, ms) => lift(id, ms, true),
    cancel: (id) => lift(id, 0, false),
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
}

/** Which photo a swipe leads to: the next (1), the one before (-1), or none. Far, or fast, is meant. */
export function toSwipe(moved: number, speed: number, width: number): -1 | 0 | 1 {
  const isFar = Math.abs(moved) > width / 4
  const isFast = Math.abs(speed) > 0.4 && Math.abs(moved) > 24 && Math.sign(speed) === Math.sign(moved)
  if (!isFar && !isFast) return 0
  return moved < 0 ? 1 : -1
}
