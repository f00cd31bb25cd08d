import type { QuestionRow, ReplyRow } from '../../../shared/classroom/rows.ts'
import type { ClassroomDatabase } from './database.ts'

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

/** Notes what is now known of one's own question as looked at. */
export async function lookAt(db: ClassroomDatabase, questionId: string): Promise<void> {
  await db.transaction('rw', db.receipts, db.questions, db.replies, async () => {
    const [receipt, row] = await Promise.all([db.receipts.get(questionId), db.questions.get(questionId)])
    if (receipt?.of !== 'question' || row === undefined) return
    const target = row.mergedInto === null ? row : ((await db.questions.get(row.mergedInto)) ?? row)
    const replies: ReplyRow[] = await db.replies.where({ questionId: target.id }).toArray()
    const looked = describeNews(row, target, replies)
    if (looked !== receipt.looked) await db.receipts.put({ ...receipt, looked })
  })
}
