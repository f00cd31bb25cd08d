import { TIME_STEP_MS } from '../../shared/classroom/limits.ts'

/** Times of what students do are kept only this exactly. */
export function toFiveMinutes(ms: number): number {
  return ms - (ms % TIME_STEP_MS)
}
