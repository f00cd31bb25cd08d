import { KEPT_AFTER_END_MS } from '../../../shared/classroom/limits.ts'
import type { ClassroomView } from '../../data/classroom/views.ts'

type Times = Pick<ClassroomView, 'phase' | 'endsAt' | 'threadsOpen' | 'threadsUntil'>

/** Why nothing can be asked, and what can be done still. */
export function toClosedWords(classroom: Times, toTime: (ms: number) => string): string {
  const { phase, threadsOpen } = classroom
  const first = phase === 'before' ? 'Questions are not taken yet.' : 'Questions are not taken any more.'
  const isReadOnly = phase === 'ended' || !threadsOpen
  const readable = isReadOnly ? ` ${toReadableWords(classroom, toTime)}` : ''
  return `${first} ${toThreadsWords(classroom, toTime)}${readable}`
}

/** What can still be done where no questions are taken. */
export function toThreadsWords({ threadsOpen, threadsUntil }: Times, toTime: (ms: number) => string): string {
  if (!threadsOpen) return 'Threads take nothing more.'
  return threadsUntil === null ? 'Threads stay open.' : `Threads stay open until ${toTime(threadsUntil)}.`
}

/** Until when a classroom that is over can be read. */
export function toReadableWords({ phase, endsAt }: Times, toTime: (ms: number) => string): string {
  if (phase !== 'ended' || endsAt === null) return 'Everything stays to be read.'
  return `It can be read until ${toTime(endsAt + KEPT_AFTER_END_MS)}, then the server deletes it.`
}
