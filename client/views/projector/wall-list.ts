import type { QuestionView } from '../../data/classroom/views.ts'
import { byVotes } from '../classroom/question-order.ts'

/** What stands on the wall: what is shown and not answered yet, the most wanted first. */
export function listForWall(questions: readonly QuestionView[], max: number): QuestionView[] {
  return questions
    .filter(({ state, answered }) => state === 'shown' && answered === 'no')
    .sort(byVotes)
    .slice(0, max)
}

/** How many of these came after number `lastN`. */
export function countNewer(questions: readonly QuestionView[], lastN: number): number {
  return questions.filter(({ state, n }) => state === 'shown' && n !== null && n > lastN).length
}

export function findLastN(questions: readonly QuestionView[]): number {
  return Math.max(0, ...questions.map(({ n }) => n ?? 0))
}
