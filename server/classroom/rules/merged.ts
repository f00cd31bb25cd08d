import type { QuestionTable } from '../../store/schema.ts'
import type { ClassroomBatch } from '../classroom-batch.ts'

/** The question that stands for this one: itself, or what it was merged into. */
export function followMerges(batch: ClassroomBatch, question: QuestionTable): QuestionTable {
  const into = question.merged_into === null ? undefined : batch.findQuestion(question.merged_into)
  return into ?? question
}

/** Moves a question's votes, and those of the one that it was merged into, by so many. */
export function countVotes(batch: ClassroomBatch, question: QuestionTable, by: number): void {
  const target = followMerges(batch, question)
  batch.setQuestion({ ...question, votes: question.votes + by })
  if (target !== question) batch.setQuestion({ ...target, votes: target.votes + by })
}

/** The question on its own again, its votes taken from the one that it was merged into. Its new state is the caller's to store. */
export function takeApart(batch: ClassroomBatch, question: QuestionTable): QuestionTable {
  const target = followMerges(batch, question)
  if (target !== question) batch.setQuestion({ ...target, votes: target.votes - question.votes })
  return { ...question, merged_into: null }
}
