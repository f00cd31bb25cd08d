import type { ClassroomConnection } from '../../data/classroom/opened-classroom.ts'
import { unreachable } from '../../../shared/unreachable.ts'

export interface ClassroomLine {
  tone: 'busy' | 'offline' | 'attention'
  text: string
}

/** The truth about the connection in one line; null when all is well and there is nothing to tell. */
export function toClassroomLine({
  state,
  waiting,
}: Pick<ClassroomConnection, 'state' | 'waiting'>): ClassroomLine | null {
  const alsoWaiting = waiting === 0 ? '' : `, ${waiting} waiting`
  switch (state) {
    case 'live':
      return waiting === 0 ? null : { tone: 'busy', text: `${waiting} waiting for a random moment within a minute` }
    case 'connecting':
      return { tone: 'busy', text: `Connecting${alsoWaiting}` }
    case 'offline':
      return { tone: 'offline', text: `Offline${alsoWaiting}` }
    case 'portal':
      return { tone: 'attention', text: `Sign in to the Wi-Fi first${alsoWaiting}` }
    case 'unavailable':
      return { tone: 'attention', text: `The server cannot store anything right now${alsoWaiting}` }
    default:
      return unreachable(state)
  }
}
