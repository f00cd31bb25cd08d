import type { Observable } from 'dexie'
import { listGiven } from '../../sync/classroom/tables.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { listPending } from './pending-commands.ts'
import { toQuestionViews, type QuestionInput } from './question-views.ts'
import type { OpenedClassroom } from './opened-classroom.ts'
import type { QuestionView } from './views.ts'

/** All questions that one may see here, by their number, waiting ones last; students do not get other people's hidden ones. */
export function watchQuestions(opened: OpenedClassroom): Observable<QuestionView[]> {
  return liveQuery(async () => toQuestionViews(await loadQuestions(opened)))
}

/** What the views of questions are made of. To be called in a live query. */
export async function loadQuestions({ db, kind }: OpenedClassroom): Promise<QuestionInput> {
  const [questions, replies, receipts, photos, votes, entries] = await Promise.all([
    db.questions.toArray(),
    db.replies.toArray(),
    db.receipts.toArray(),
    db.photos.toArray(),
    db.votes.toArray(),
    db.outbox.toArray(),
  ])
  const voted = new Set(listGiven(votes))
  return { kind, questions, replies, receipts, photos, votes: voted, pending: listPending(entries) }
}
