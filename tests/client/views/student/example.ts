import type { QuestionView } from '../../../../client/data/classroom/views.ts'

/** A question that is shown; its id follows from `n`. */
export function question(given: Partial<QuestionView> & { n: number | null }): QuestionView {
  return {
    id: `question-${given.n ?? 'waiting'}`,
    text: `Text of ${given.n ?? 'the waiting one'}`,
    name: null,
    askedAt: given.n === null ? null : 0,
    edited: false,
    state: given.n === null ? 'waiting' : 'shown',
    reason: null,
    note: null,
    mergedInto: null,
    pinned: false,
    answered: 'no',
    muted: false,
    votes: 0,
    mine: given.n === null,
    voted: false,
    replies: 0,
    answers: 0,
    waiting: given.n === null ? 'ask' : null,
    sendAfter: null,
    news: false,
    photo: null,
    ...given,
  }
}
