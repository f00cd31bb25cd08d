import { randomUUID } from 'node:crypto'
import type * as v from 'valibot'
import { type ClassroomRefusal, refuse } from '../../shared/classroom/errors.ts'
import type { ContextLine, questionReportBody } from '../../shared/operate/http.ts'
import type { ClassroomTable, Database, QuestionTable } from '../store/schema.ts'
import { toFiveMinutes } from './five-minutes.ts'
import { toQuestionPhoto } from './question-photo.ts'

/** A question that so many reported is seen to anyway: what more say of it is not kept. */
const REPORTS_PER_QUESTION_MAX = 20
const REPLIES_KEPT = 20

/**
 * Keeps that somebody, who is nobody, thinks that a moderator should see a question: with its thread as everybody reads it at
 * `now`, for it may be gone before anybody looks. Refuses what everybody does not see.
 */
export async function reportQuestion(
  db: Database,
  classroom: Pick<ClassroomTable, 'id'>,
  { questionId, reason }: Pick<v.InferOutput<typeof questionReportBody>, 'questionId' | 'reason'>,
  now: number,
): Promise<ClassroomRefusal | undefined> {
  const question = await db
    .selectFrom('question')
    .selectAll()
    .where('id', '=', questionId)
    .where('classroom_id', '=', classroom.id)
    .where('state', '=', 'shown')
    .executeTakeFirst()
  if (question === undefined) return refuse('not_found')
  const known = await db
    .selectFrom('question_report')
    .select('id')
    .where('classroom_id', '=', classroom.id)
    .where('question_id', '=', questionId)
    .limit(REPORTS_PER_QUESTION_MAX)
    .execute()
  if (known.length >= REPORTS_PER_QUESTION_MAX) return undefined
  await db
    .insertInto('question_report')
    .values({
      ...{ id: randomUUID(), classroom_id: classroom.id, question_id: questionId, at: toFiveMinutes(now), reason },
      context: JSON.stringify(await loadContext(db, question)),
    })
    .execute()
  return undefined
}

/** Of nobody in particular: not even answers of staff have a name here. */
async function loadContext(db: Database, question: QuestionTable): Promise<ContextLine[]> {
  const replies = await db
    .selectFrom('reply')
    .select(['id', 'at', 'text'])
    .where('question_id', '=', question.id)
    .where('state', '=', 'shown')
    .orderBy('seq')
    .limit(REPLIES_KEPT)
    .execute()
  const files = toQuestionPhoto(question) === undefined ? [] : ['a photo']
  const line = { authorId: null, isSubject: false }
  return [
    { ...line, id: question.id, at: question.asked_at, text: question.text, files, isSubject: true },
    ...replies.map(({ id, at, text }) => ({ ...line, id, at, text, files: [] })),
  ]
}
