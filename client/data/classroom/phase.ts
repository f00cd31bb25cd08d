import type { ClassroomRow } from '../../../shared/classroom/rows.ts'
import type { Phase } from './views.ts'

/** Whether a classroom takes questions at a moment. */
export function phaseAt(
  { mode, opensAt, endsAt }: Pick<ClassroomRow, 'mode' | 'opensAt' | 'endsAt'>,
  now: number,
): Phase {
  if (endsAt !== null && now >= endsAt) return 'ended'
  if (mode === 'closed') return 'closed'
  return opensAt !== null && now < opensAt ? 'before' : 'open'
}
