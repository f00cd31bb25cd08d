import type { ClassroomConnection } from '../../data/classroom/opened-classroom.ts'

/** What is to be said while something that one set is on this device alone; null when nothing is. */
export function toWaitingWords(connection: ClassroomConnection | undefined): string | null {
  if (connection === undefined || connection.waiting === 0 || connection.state === 'live') return null
  return 'Saved on this device. It is sent when there is a network.'
}
