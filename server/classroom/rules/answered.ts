import type { ClassroomBatch } from '../classroom-batch.ts'

/** Brings a question in line with the answers of staff that its thread shows now. */
export function settleAnswered(batch: ClassroomBatch, questionId: string, before: number): void {
  const question = batch.findQuestion(questionId)
  if (question === undefined) return
  const { answers } = batch.countThread(questionId)
  if (answers > before && question.answered !== 'text') batch.setQuestion({ ...question, answered: 'text' })
  else if (answers === 0 && question.answered === 'text') batch.setQuestion({ ...question, answered: 'no' })
}
