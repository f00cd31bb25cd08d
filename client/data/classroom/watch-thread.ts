import { liveQuery, type Observable } from 'dexie'
import { toQuestionViews } from './question-views.ts'
import { toReplyViews } from './reply-views.ts'
import type { OpenClassroom } from './opened-classroom.ts'
import type { ThreadView } from './views.ts'
import { loadQuestions } from './watch-questions.ts'

/** A question and what was said to it; undefined while there is no such question that one may see. */
export function watchThread(room: OpenClassroom, questionId: string): Observable<ThreadView | undefined> {
  return liveQuery(async () => {
    const [input, me] = await Promise.all([
      loadQuestions(room),
      room.userId === null ? undefined : room.db.staff.get(room.userId),
    ])
    const question = toQuestionViews(input).find(({ id }) => id === questionId)
    if (question === undefined) return undefined
    return { question, replies: toReplyViews({ ...input, questionId, myName: me?.name ?? null }) }
  })
}
