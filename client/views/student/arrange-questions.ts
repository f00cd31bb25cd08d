import type { QuestionView } from '../../data/classroom/views.ts'
import { unreachable } from '../../../shared/unreachable.ts'
import { byNewest, byVotes } from '../classroom/question-order.ts'

export const TABS = ['top', 'newest', 'unanswered', 'mine'] as const
export type Tab = (typeof TABS)[number]

/** The questions of each tab, in the order in which they are read. */
export function arrangeQuestions(questions: readonly QuestionView[]): Record<Tab, QuestionView[]> {
  const shown = questions.filter(({ state }) => state === 'shown')
  // What waits has no votes yet, and stands last where they count.
  const ownWaiting = questions.filter(({ mine, state }) => mine && state === 'waiting')
  return {
    top: [...shown.toSorted(byVotes), ...ownWaiting],
    newest: [...ownWaiting.toReversed(), ...shown.toSorted(byNewest)],
    unanswered: [...shown.filter(({ answered }) => answered === 'no').sort(byVotes), ...ownWaiting],
    mine: questions.filter(({ mine }) => mine).sort(byNewest),
  }
}

export function tabName(tab: Tab): string {
  switch (tab) {
    case 'top':
      return 'Top'
    case 'newest':
      return 'Newest'
    case 'unanswered':
      return 'Unanswered'
    case 'mine':
      return 'Mine'
    default:
      return unreachable(tab)
  }
}
