import type { Database } from '../store/schema.ts'

/** What the database knows of somebody's presence. */
export interface FoundPerson {
  userId: string
  /** The seq of their preference; 0 when they never chose. */
  preferenceSeq: number
  /** Whether they let others know that they are there. */
  presence: boolean
  /** Whom they blocked. */
  blocked: string[]
  /** When any of their devices was last used, as far as it was noted. */
  lastSeenAt: number | null
}

/** Finds these people with one statement; whoever has no account is left out. */
export async function findPeople(db: Database, userIds: readonly string[]): Promise<FoundPerson[]> {
  const records = await db
    .selectFrom('user')
    .leftJoin('preference', 'preference.user_id', 'user.id')
    .leftJoin('block', (join) => join.onRef('block.user_id', '=', 'user.id').on('block.blocked', '=', 1))
    .where('user.id', 'in', userIds)
    .select((user) => [
      'user.id as id',
      'preference.seq as preference_seq',
      'preference.presence as presence',
      'block.blocked_id as blocked_id',
      user
        .selectFrom('session')
        .whereRef('session.user_id', '=', 'user.id')
        .select((session) => session.fn.max('session.last_seen_at').as('last_seen_at'))
        .as('last_seen_at'),
    ])
    .execute()
  const people = new Map<string, FoundPerson>()
  for (const { id: userId, preference_seq, presence, last_seen_at: lastSeenAt, blocked_id } of records) {
    const known = people.get(userId) ?? {
      ...{ userId, preferenceSeq: preference_seq ?? 0, presence: presence !== 0, blocked: [], lastSeenAt },
    }
    if (blocked_id !== null) known.blocked.push(blocked_id)
    people.set(userId, known)
  }
  return [...people.values()]
}
