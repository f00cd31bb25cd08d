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
  const [questions, replies, receipts, photos, carrying, votes, entries] = await Promise.all([
    db.questions.toArray(),
    db.replies.toArray(),
    db.receipts.toArray(),
    db.photos.toArray(),
    db.meta.get('carrying'),
    db.votes.toArray(),
    db.outbox.toArray(),
  ])
  const sentOf = (id: string) => (carrying?.key === 'carrying' && carrying.questionId === id ? carrying.sent : 0)
  return {
    ...{ kind, questions, replies, receipts },
    photos: photos.map((photo) => ({ ...photo, sent: sentOf(photo.questionId) })),
    votes: new Set(listGiven(votes)),
    pending: listPending(entries),
  }
}
