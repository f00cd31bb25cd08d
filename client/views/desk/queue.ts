import { unreachable } from '../../../shared/unreachable.ts'
import type { QuestionView } from '../../data/classroom/views.ts'
import { byNewest, byVotes } from '../classroom/question-order.ts'

export const QUEUE_TABS = ['votes', 'newest', 'unanswered', 'held', 'away'] as const
export type QueueTab = (typeof QUEUE_TABS)[number]

/** The questions of each tab, in the order in which staff go through them. */
export function arrangeQueue(questions: readonly QuestionView[]): Record<QueueTab, QuestionView[]> {
  const sent = questions.filter(({ state }) => state !== 'waiting')
  const shown = sent.filter(({ state }) => state === 'shown')
  const held = sent.filter(({ state }) => state === 'held' || state === 'rephrase')
  const isAway = ({ state }: QuestionView) => state === 'dismissed' || state === 'merged' || state === 'withdrawn'
  return {
    votes: shown.toSorted(byVotes),
    newest: [...shown, ...held].sort(byNewest),
    unanswered: shown.filter(({ answered }) => answered === 'no').sort(byVotes),
    // What was given back to its asker is not staff's turn.
    held: held.toSorted((a, b) => Number(a.state === 'rephrase') - Number(b.state === 'rephrase') || byNewest(b, a)),
    away: sent.filter(isAway).sort(byNewest),
  }
}

export function queueTabName(tab: QueueTab): string {
  switch (tab) {
    case 'votes':
      return 'Votes'
    case 'newest':
      return 'Newest'
    case 'unanswered':
      return 'Unanswered'
    case 'held':
      return 'Held'
    case 'away':
      return 'Dismissed & merged'
    default:
      return unreachable(tab)
  }
}

/**
 * What the projector shows after or before the one in focus: those without an answer by votes, then the rest. After
 * one that has just been answered comes the first that has not. Undefined at the end.
 */
export function findNeighbour(
  questions: readonly QuestionView[],
  focusedId: string | null,
  by: 1 | -1,
): string | undefined {
  const { votes, unanswered } = arrangeQueue(questions)
  const list = [...unanswered, ...votes.filter(({ answered }) => answered !== 'no')]
  const at = list.findIndex(({ id }) => id === focusedId)
  if (at === -1) return list.at(by === 1 ? 0 : -1)?.id
  if (by === 1 && at >= unanswered.length && unanswered[0] !== undefined) return unanswered[0].id
  return at + by < 0 ? undefined : list[at + by]?.id
}
