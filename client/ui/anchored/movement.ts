const ROUNDED_PX = 1
/** So long after the last movement somebody is taken to have let go of a list. */
export const IDLE_AFTER_MS = 200

/** Where a list was scrolled to, and how far it can be. */
export interface Scrolled {
  top: number
  max: number
}

/**
 * How far somebody scrolled since the list was last put where it belongs. A list that has become too short for where
 * it was is scrolled back by the browser: that is nobody's wish. How far one can scroll is given in whole pixels, and is
 * one off at times: so little counts once it has become more.
 */
export function findMovement(put: number, { top, max }: Scrolled): number {
  const moved = clamp(top, max) - clamp(put, max)
  return Math.abs(moved) <= ROUNDED_PX ? 0 : moved
}

/** Some browsers go beyond either end for a moment, and come back. */
function clamp(top: number, max: number): number {
  return Math.max(0, Math.min(top, max))
}
