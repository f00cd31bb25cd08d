import type { ClassroomView } from '../../data/classroom/views.ts'
import { unreachable } from '../../../shared/unreachable.ts'

type Times = Pick<ClassroomView, 'phase' | 'mode' | 'opensAt' | 'endsAt'>

/** Whether questions are taken, in one line; `toTime` names a moment. */
export function toPhaseWords(classroom: Times, toTime: (ms: number) => string): string {
  const { phase, mode, opensAt, endsAt } = classroom
  switch (phase) {
    case 'open': {
      const open = mode === 'approval' ? 'Open, each question is looked at first' : 'Open'
      return endsAt === null ? open : `${open}, until ${toTime(endsAt)}`
    }
    case 'before':
      return opensAt === null ? 'Not open yet' : `Opens ${toTime(opensAt)}`
    case 'ended':
      return endsAt === null ? 'Over' : `Over since ${toTime(endsAt)}`
    case 'closed':
      return 'Takes no questions now'
    default:
      return unreachable(phase)
  }
}
