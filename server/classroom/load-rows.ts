import { sql } from 'kysely'
import type { ClassroomLogRow } from '../../shared/classroom/rows.ts'
import type { AddressedOf } from '../log/kind.ts'
import type { Database } from '../store/schema.ts'
import {
  projectClassroom,
  projectDesk,
  projectPoll,
  projectQuestion,
  projectReply,
  projectStaff,
  type ChoiceCounts,
} from './project.ts'
import type { Classroom, ClassroomAudience } from './types.ts'

interface Range {
  classroomId: string
  /** Rows after this position. */
  after: number
  /** So many of each kind at most, so that the first `limit` of all are among them. */
  limit: number
}

/** A record as each audience may see it; nothing for an audience that gets no such row. */
type Projection = (audience: ClassroomAudience) => ClassroomLogRow[]

/** The first rows after a position, in order, as each of these audiences may see them: at most seven statements. */
export async function loadRows(
  db: Database,
  range: Range,
  audiences: readonly ClassroomAudience[],
): Promise<AddressedOf<Classroom>[]> {
  const projections = [
    ...(await loadClassroomRows(db, range)),
    ...(audiences.includes('staff') ? await loadStaffRows(db, range) : []),
    ...(await loadQuestionRows(db, range)),
    ...(await loadReplyRows(db, range)),
    ...(await loadPollRows(db, range)),
  ]
  return projections
    .flatMap((project) => audiences.flatMap((audience) => project(audience).map((row) => ({ row, audience }))))
    .sort((one, other) => one.row.seq - other.row.seq)
}

async function loadClassroomRows(db: Database, { classroomId, after }: Range): Promise<Projection[]> {
  const found = await db
    .selectFrom('classroom')
    .selectAll()
    .where('id', '=', classroomId)
    .where('seq', '>', after)
    .execute()
  return found.map(
    (record): Projection =>
      (audience) =>
        audience === 'staff' ? [projectClassroom(record), projectDesk(record)] : [projectClassroom(record)],
  )
}

async function loadStaffRows(db: Database, { classroomId, after, limit }: Range): Promise<Projection[]> {
  const found = await db
    .selectFrom('classroom_staff')
    .innerJoin('user', 'user.id', 'classroom_staff.user_id')
    .selectAll('classroom_staff')
    .select('user.name as name')
    .where('classroom_staff.classroom_id', '=', classroomId)
    .where('classroom_staff.seq', '>', after)
    .orderBy('classroom_staff.seq')
    .limit(limit)
    .execute()
  return found.map(
    (record): Projection =>
      (audience) =>
        audience === 'staff' ? [projectStaff(record)] : [],
  )
}

async function loadQuestionRows(db: Database, { classroomId, after, limit }: Range): Promise<Projection[]> {
  const found = await db
    .selectFrom('question')
    .selectAll()
    .where('classroom_id', '=', classroomId)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return found.map((record): Projection => (audience) => [projectQuestion(record, audience)])
}

async function loadReplyRows(db: Database, { classroomId, after, limit }: Range): Promise<Projection[]> {
  const found = await db
    .selectFrom('reply')
    .innerJoin('question', 'question.id', 'reply.question_id')
    .leftJoin('user', 'user.id', 'reply.staff_id')
    .selectAll('reply')
    .select(['question.state as question_state', 'user.name as staff_name'])
    .where('reply.classroom_id', '=', classroomId)
    .where('reply.seq', '>', after)
    .orderBy('reply.seq')
    .limit(limit)
    .execute()
  return found.map((record): Projection => (audience) => [projectReply(record, audience)])
}

async function loadPollRows(db: Database, { classroomId, after, limit }: Range): Promise<Projection[]> {
  const found = await db
    .selectFrom('poll')
    .selectAll()
    .where('classroom_id', '=', classroomId)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute()
  const choices = await loadChoices(
    db,
    found.map(({ id }) => id),
  )
  return found.map((record): Projection => (audience) => [projectPoll(record, choices.get(record.id) ?? [], audience)])
}

async function loadChoices(db: Database, pollIds: string[]): Promise<Map<string, ChoiceCounts>> {
  if (pollIds.length === 0) return new Map()
  const found = await db
    .selectFrom('poll_answer')
    .select(['poll_id', 'choice', sql<number>`count(*)`.as('count')])
    .where('poll_id', 'in', pollIds)
    .groupBy(['poll_id', 'choice'])
    .execute()
  const choices = new Map<string, { choice: string; count: number }[]>()
  for (const { poll_id, choice, count } of found) {
    choices.set(poll_id, [...(choices.get(poll_id) ?? []), { choice, count }])
  }
  return choices
}
