import type { ClassroomRow, PollRow, QuestionRow } from '../../shared/classroom/rows.ts'
import type { Database } from '../store/schema.ts'
import { findClassroom } from './find-classroom.ts'
import { projectClassroom, projectPoll, projectQuestion } from './project.ts'

/** What of a classroom fills a screen. */
export interface ClassroomPreview {
  classroom: Pick<ClassroomRow, 'title'>
  polls: Pick<PollRow, 'question'>[]
  questions: Pick<QuestionRow, 'n' | 'text' | 'name' | 'votes' | 'pinned' | 'answered'>[]
}

const QUESTIONS_MAX = 8

/** What everybody may see of a classroom, in the order of its first tab; undefined where there is no such classroom. */
export async function loadPreview(db: Database, classroomId: string): Promise<ClassroomPreview | undefined> {
  const classroom = await findClassroom(db, classroomId)
  if (classroom === undefined) return undefined
  const polls = await db
    .selectFrom('poll')
    .selectAll()
    .where('classroom_id', '=', classroomId)
    .where('state', '=', 'open')
    .orderBy('seq')
    .execute()
  const questions = await db
    .selectFrom('question')
    .selectAll()
    .where('classroom_id', '=', classroomId)
    .where('state', '=', 'shown')
    // As `byVotes` of client/views/classroom/question-order.ts has them.
    .orderBy('pinned', 'desc')
    .orderBy('votes', 'desc')
    .orderBy('n')
    .limit(QUESTIONS_MAX)
    .execute()
  return {
    classroom: projectClassroom(classroom),
    polls: polls.map((record) => projectPoll(record, [], 'everybody')),
    questions: questions.map((record) => projectQuestion(record, 'everybody')),
  }
}
