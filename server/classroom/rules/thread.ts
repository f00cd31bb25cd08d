import { refuse, type ClassroomRefusal } from '../../../shared/classroom/errors.ts'
import { REPLIES_PER_QUESTION_MAX } from '../../../shared/classroom/limits.ts'
import type { QuestionTable } from '../../store/schema.ts'
import type { ClassroomBatch } from '../classroom-batch.ts'
import { takesThreads } from '../phase.ts'

/** Whether a thread is open to students; `states` are those in which it is. */
export function checkThread(
  batch: ClassroomBatch,
  question: QuestionTable,
  states: readonly QuestionTable['state'][],
): ClassroomRefusal | undefined {
  const isOpen = states.includes(question.state) && question.muted === 0 && takesThreads(batch.classroom, batch.now)
  return isOpen ? undefined : refuse('thread_closed')
}

export function checkSpace(batch: ClassroomBatch, question: QuestionTable): ClassroomRefusal | undefined {
  if (batch.countThread(question.id).replies < REPLIES_PER_QUESTION_MAX) return undefined
  return refuse('full', `A thread holds at most ${REPLIES_PER_QUESTION_MAX} answers.`)
}
