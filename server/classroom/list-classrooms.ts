import type { ClassroomsAnswer } from '../../shared/classroom/http.ts'
import { TOKENS_PER_DEVICE } from '../../shared/classroom/limits.ts'
import type { Database } from '../store/schema.ts'

/**
 * The classrooms that concern somebody with an account: where they are staff, and those limited to a group
 * of theirs that may still take something at `now`. Two statements.
 */
export async function listClassrooms(db: Database, userId: string, now: number): Promise<ClassroomsAnswer> {
  const staffed = await db
    .selectFrom('classroom_staff')
    .innerJoin('classroom', 'classroom.id', 'classroom_staff.classroom_id')
    .select(['classroom.id', 'classroom.title', 'classroom.ends_at'])
    .where('classroom_staff.user_id', '=', userId)
    .where('classroom_staff.removed', '=', 0)
    .orderBy('classroom.created_at')
    .execute()
  const limited = await db
    .selectFrom('member')
    .innerJoin('classroom', 'classroom.group_id', 'member.conversation_id')
    .select(['classroom.id', 'classroom.title', 'classroom.group_id', 'classroom.issuer_public'])
    .where('member.user_id', '=', userId)
    .where('member.removed', '=', 0)
    .where((row) =>
      row.or([
        row('classroom.ends_at', 'is', null),
        row('classroom.ends_at', '>', now),
        row('classroom.threads_until', 'is', null),
        row('classroom.threads_until', '>', now),
      ]),
    )
    .orderBy('classroom.created_at')
    .execute()
  return {
    staffed: staffed.map(({ id, title, ends_at }) => ({ id, title, endsAt: ends_at })),
    limited: limited.flatMap(({ id, title, group_id, issuer_public }) =>
      group_id === null || issuer_public === null
        ? []
        : [{ id, title, groupId: group_id, issuer: issuer_public, tokens: TOKENS_PER_DEVICE }],
    ),
  }
}
