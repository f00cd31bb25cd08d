import type { Database } from '../store/schema.ts'

/** Everything in the tables that is somebody's own besides messages and files; no secret is in it, not even as a hash. */
export async function loadOwnRecords(db: Database, userId: string) {
  const own = (table: 'preference' | 'standing' | 'personal' | 'email_address' | 'external_identity' | 'block') =>
    db
      .selectFrom(table as 'preference')
      .selectAll()
      .where('user_id', '=', userId)
      .execute()
  const account = await db
    .selectFrom('user')
    .select(['id', 'handle', 'name', 'created_at as createdAt'])
    .where('id', '=', userId)
    .executeTakeFirst()
  const sessions = await db
    .selectFrom('session')
    .select(['device', 'created_at as createdAt', 'last_seen_at as lastSeenAt'])
    .where('user_id', '=', userId)
    .execute()
  const classrooms = await db
    .selectFrom('classroom_staff')
    .innerJoin('classroom', 'classroom.id', 'classroom_staff.classroom_id')
    .select(['classroom.id', 'title', 'role'])
    .where('user_id', '=', userId)
    .where('removed', '=', 0)
    .execute()
  const reports = await db
    .selectFrom('report')
    .select(['kind', 'subject_id as subjectId', 'at', 'reason', 'closed_at as closedAt', 'outcome'])
    .where('reporter_id', '=', userId)
    .execute()
  const requests = await db
    .selectFrom('contact_request')
    .select(['conversation_id as conversationId', 'state', 'asked_by as askedBy', 'asked_at as askedAt'])
    .where('user_id', '=', userId)
    .where('state', 'not in', ['silent', 'withdrawn'])
    .execute()
  const passkeys = await db
    .selectFrom('passkey')
    .select(['name', 'created_at as createdAt', 'last_used_at as lastUsedAt'])
    .where('user_id', '=', userId)
    .execute()
  return {
    ...{ passkeys, account, sessions, classrooms, reports },
    emailAddresses: await own('email_address'),
    externalIdentities: await own('external_identity'),
    preferences: await own('preference'),
    blocked: await own('block'),
    requests,
    standing: await own('standing'),
    settingsAndDrafts: await own('personal'),
  }
}
