import { toLedger } from './ledger.ts'
import { toQuestionViews } from './question-views.ts'
import { toReplyViews } from './reply-views.ts'
import type { OpenedClassroom } from './opened-classroom.ts'
import type { Ledger, PollView, ThreadView } from './views.ts'
import { toPollViews } from './watch-polls.ts'
import { loadQuestions } from './watch-questions.ts'
import { withSettings } from './watch-classroom.ts'

/** A classroom as it is on this device at one moment, to be exported or searched. */
export interface Snapshot {
  title: string
  takenAt: number
  /** Every question that one may see here, with its thread. */
  threads: ThreadView[]
  polls: PollView[]
  ledger: Ledger
}

/** Takes a snapshot; throws when nothing is known of the classroom yet. */
export async function loadSnapshot(opened: OpenedClassroom): Promise<Snapshot> {
  const { db } = opened
  return db.transaction('r', db.tables, async () => {
    const [row, input, me, uploads, polls, choices] = await Promise.all([
      db.classroom.toCollection().first(),
      loadQuestions(opened),
      opened.userId === null ? undefined : db.staff.get(opened.userId),
      db.uploads.toArray(),
      db.polls.toArray(),
      db.choices.toArray(),
    ])
    if (row === undefined) throw new Error('nothing is known of this classroom yet')
    const threads = toQuestionViews(input).map((question) => ({
      question,
      replies: toReplyViews({ ...input, uploads, questionId: question.id, myName: me?.name ?? null }),
    }))
    return {
      title: withSettings(row, input.pending).title,
      takenAt: opened.environment.serverClock.now(),
      threads,
      polls: toPollViews(polls, choices, input.pending),
      ledger: toLedger(input.questions),
    }
  })
}
