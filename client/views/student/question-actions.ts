import { countWords } from '../../data/count-words.ts'
import type { QuestionView } from '../../data/classroom/views.ts'

/** What somebody can do with a question, which the page does for its cards. */
export interface QuestionActions {
  open(questionId: string): void
  edit(question: QuestionView): void
  /** Null where nobody takes it any more. */
  report: ((question: QuestionView) => void) | null
  /** Null where nobody takes it any more. */
  withdraw: ((question: QuestionView) => void) | null
}

const EDITABLE: readonly QuestionView['state'][] = ['waiting', 'held', 'shown', 'rephrase']

export function canEdit(question: QuestionView, threadsOpen: boolean): boolean {
  const { mine, state, muted, waiting } = question
  if (!mine || waiting === 'withdraw' || !EDITABLE.includes(state)) return false
  return state === 'waiting' || (threadsOpen && !muted)
}

export function canWithdraw({ mine, state, waiting }: QuestionView): boolean {
  return mine && state !== 'withdrawn' && waiting !== 'withdraw'
}

export function canReport({ mine, state }: QuestionView): boolean {
  return !mine && state === 'shown'
}

/** Whether there is a thread to be read. */
export function hasThread({ state, mine }: QuestionView): boolean {
  return state === 'shown' || (mine && state === 'merged')
}

/** "2 answers and 1 reply", or null where there is none. */
export function toThreadWords({ answers, replies }: QuestionView): string | null {
  const others = replies - answers
  const parts = [
    ...(answers > 0 ? [countWords(answers, 'answer')] : []),
    ...(others > 0 ? [countWords(others, 'reply', 'replies')] : []),
  ]
  return parts.length === 0 ? null : parts.join(' and ')
}
