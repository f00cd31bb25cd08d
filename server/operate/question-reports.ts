import { sql } from 'kysely'
import * as v from 'valibot'
import { contextLine, type ReportedThing } from '../../shared/operate/http.ts'
import type { Database } from '../store/schema.ts'

/* Reports of questions, by nobody in particular: they lie where classrooms do, and are as exact as five minutes. */

const THINGS_MAX = 20
const contextSchema = v.array(contextLine)

/** How many reports of questions are open, and the questions, the first reported first. */
export async function listReportedQuestions(db: Database): Promise<{ open: number; things: ReportedThing[] }> {
  const counted = await db
    .selectFrom('question_report')
    .select(['classroom_id', 'question_id'])
    .select([sql<number>`count(*)`.as('count'), sql<number>`min(at)`.as('first_at')])
    .groupBy(['classroom_id', 'question_id'])
    .orderBy(sql`min(at)`)
    .orderBy('question_id')
    .limit(THINGS_MAX)
    .execute()
  const things: ReportedThing[] = []
  for (const { classroom_id, question_id, count, first_at } of counted) {
    const reports = await db
      .selectFrom('question_report')
      .selectAll()
      .where('classroom_id', '=', classroom_id)
      .where('question_id', '=', question_id)
      .orderBy('id')
      .execute()
    const [some] = reports
    if (some === undefined) continue
    things.push({
      ...{ kind: 'question', subjectId: question_id, placeId: classroom_id, personId: null },
      ...{ count, firstAt: first_at },
      reports: reports.map(({ at, reason }) => ({ reporterId: null, at, reason })),
      context: v.parse(contextSchema, JSON.parse(some.context)),
    })
  }
  const { total } = await db
    .selectFrom('question_report')
    .select(sql<number>`count(*)`.as('total'))
    .executeTakeFirstOrThrow()
  return { open: total, things }
}

/** The classroom in which a question is reported; undefined when no report of it is open. */
export async function findReportedQuestion(db: Database, questionId: string): Promise<string | undefined> {
  const found = await db
    .selectFrom('question_report')
    .select('classroom_id')
    .where('question_id', '=', questionId)
    .executeTakeFirst()
  return found?.classroom_id
}

/** Forgets what was reported of a question; says how many reports there were. */
export async function forgetQuestionReports(db: Database, questionId: string): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('question_report')
    .where('question_id', '=', questionId)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
