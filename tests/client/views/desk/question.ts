import type { QuestionView } from '../../../../client/data/classroom/views.ts'

/** A shown question of an open classroom; its text tells its number. */
export function toQuestion(n: number, more: Partial<QuestionView> = {}): QuestionView {
  return {
    ...{ id: `q${n}`, n, text: `Question ${n}?`, name: null, askedAt: n * 300_000, edited: false, state: 'shown' },
    ...{ reason: null, note: null, mergedInto: null, pinned: false, answered: 'no', muted: false, votes: 0 },
    ...{ mine: false, voted: false, replies: 0, answers: 0, waiting: null, sendAfter: null, news: false },
    photo: null,
    ...more,
  }
}
