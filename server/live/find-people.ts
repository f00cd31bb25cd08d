import type { Database } from '../store/schema.ts'

/** What the database knows of somebody's presence. */
export interface FoundPerson {
  userId: string
  /** The seq of their preference; 0 when they never chose. */
  preferenceSeq: number
  /** Whether they let others know that they are there. */
  presence: boolean
  /** When any of their devices was last used, as far as it was noted. */
  lastSeenAt: number | null
}

/** Finds these people with one statement; whoever has no account is left out. */
export async function findPeople(db: Database, userIds: readonly string[]): Promise<FoundPerson[]> {
  const records = await db
    .selectFrom('user')
    .leftJoin('preference', 'preference.user_id', 'user.id')
    .where('user.id', 'in', userIds)
    .select((user) => [
      'user.id as id',
      'preference.seq as preference_seq',
      'preference.presence as presence',
      user
        .selectFrom('session')
        .whereRef('session.user_id', '=', 'user.id')
        .select((session) => session.fn.max('session.last_seen_at').as('last_seen_at'))
        .as('last_seen_at'),
    ])
    .execute()
  return records.map((record) => ({
    userId: record.id,
    preferenceSeq: record.preference_seq ?? 0,
    presence: record.presence !== 0,
    lastSeenAt: record.last_seen_at,
  }))
}
