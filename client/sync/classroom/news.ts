import type { QuestionRow, ReplyRow } from '../../../shared/classroom/rows.ts'

/**
 * What an asker would want to hear of their question, as one string: it is news while it differs from
 * what it was when they last looked. `target` is the question that stands for it, itself if not merged.
 */
export function describeNews(row: QuestionRow, target: QuestionRow, replies: readonly ReplyRow[]): string {
  const answers = replies.filter(({ by, state }) => by === 'staff' && state === 'shown').length
  return [row.state, row.reason ?? '', row.note ?? '', target.answered, answers].join('|')
}

/** What it is to be held or shown, before anybody answered. */
export function firstLooked({ state }: QuestionRow): string {
  return [state === 'held' ? 'held' : 'shown', '', '', 'no', 0].join('|')
}
