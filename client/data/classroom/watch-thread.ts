import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { toQuestionViews } from './question-views.ts'
import { toReplyViews } from './reply-views.ts'
import type { OpenedClassroom } from './opened-classroom.ts'
import type { ThreadView } from './views.ts'
import { loadQuestions } from './watch-questions.ts'

/** A question and what was said to it; undefined while there is no such question that one may see. */
export function watchThread(opened: OpenedClassroom, questionId: string): Observable<ThreadView | undefined> {
  return liveQuery(async () => {
    const [input, me, uploads] = await Promise.all([
      loadQuestions(opened),
      opened.userId === null ? undefined : opened.db.staff.get(opened.userId),
      opened.db.uploads.toArray(),
    ])
    const question = toQuestionViews(input).find(({ id }) => id === questionId)
    if (question === undefined) return undefined
    return { question, replies: toReplyViews({ ...input, uploads, questionId, myName: me?.name ?? null }) }
  })
}
