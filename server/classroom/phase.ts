import type { ClassroomTable } from '../store/schema.ts'

type Phase = Pick<ClassroomTable, 'mode' | 'opens_at' | 'ends_at' | 'threads_until'>

/** Whether questions, votes and poll answers are taken now. */
export function takesQuestions({ mode, opens_at, ends_at }: Phase, now: number): boolean {
  return mode !== 'closed' && (opens_at === null || opens_at <= now) && (ends_at === null || now < ends_at)
}

/** Whether threads take more from students now. */
export function takesThreads({ threads_until }: Phase, now: number): boolean {
  return threads_until === null || now < threads_until
}
