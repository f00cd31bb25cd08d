import type { ClassroomView, QuestionView } from '../../data/classroom/views.ts'

/** What somebody can write in a thread: more as its asker, a reply, or nothing, and then why. */
export type WritingPermission = { kind: 'follow-up' | 'reply' } | { kind: 'none'; why: string | null }

export function findWritingPermission(
  { mine, state, muted }: Pick<QuestionView, 'mine' | 'state' | 'muted'>,
  { threadsOpen, answers }: Pick<ClassroomView, 'threadsOpen' | 'answers'>,
): WritingPermission {
  const isTaking = state === 'shown' || (mine && state === 'merged')
  if (!isTaking) return { kind: 'none', why: null }
  if (!threadsOpen || muted) return { kind: 'none', why: 'This thread takes nothing more.' }
  if (mine) return { kind: 'follow-up' }
  return answers === 'everyone' ? { kind: 'reply' } : { kind: 'none', why: 'Here only the staff answer.' }
}
