import { refuse, type ClassroomRefusal } from '../../../shared/classroom/errors.ts'
import type { QuestionTable } from '../../store/schema.ts'
import type { ClassroomBatch } from '../classroom-batch.ts'
import { hashReceipt } from '../receipt.ts'

/** The question, if this is its receipt; otherwise why not. */
export function findOwnQuestion(
  batch: ClassroomBatch,
  { questionId, receipt }: { questionId: string; receipt: string },
): { question: QuestionTable } | { refused: ClassroomRefusal } {
  const question = batch.findQuestion(questionId)
  if (question === undefined) return { refused: refuse('not_found') }
  return question.receipt_hash === hashReceipt(receipt) ? { question } : { refused: refuse('wrong_receipt') }
}
