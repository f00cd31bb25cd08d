import type { QuestionView } from '../../data/classroom/views.ts'

/** Pinned ones first; of two with as many votes the one that was asked first. */
export function byVotes(a: QuestionView, b: QuestionView): number {
  return Number(b.pinned) - Number(a.pinned) || b.votes - a.votes || (a.n ?? Infinity) - (b.n ?? Infinity)
}

/** What is not on the server yet is the newest. */
export function byNewest(a: QuestionView, b: QuestionView): number {
  if (a.n === null || b.n === null) return Number(b.n === null) - Number(a.n === null)
  return b.n - a.n
}
