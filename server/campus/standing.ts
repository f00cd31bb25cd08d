import type { Store } from '../store/store.ts'

/** What decides what one user hears, as the database has it. */
export interface LoadedStanding {
  conversations: string[]
  /** Whether they let others know what they have seen, and that they are there. */
  seen: boolean
  presence: boolean
  /** The seq of the last change of their own memberships, ended ones too, and of their preference. */
  changedAt: number
}

/** Loads what decides what each of these people hears, in one snapshot: two statements. */
export async function loadStandings(
  store: Pick<Store, 'read'>,
  userIds: readonly string[],
): Promise<Map<string, LoadedStanding>> {
  const { members, preferences } = await store.read(async (db) => ({
    members: await db
      .selectFrom('member')
      .select(['conversation_id', 'user_id', 'seq', 'removed'])
      .where('user_id', 'in', userIds)
      .execute(),
    preferences: await db.selectFrom('preference').selectAll().where('user_id', 'in', userIds).execute(),
  }))
  const standings = new Map(
    // Who never chose lets others know.
    userIds.map((userId): [string, LoadedStanding] => [
      userId,
      { conversations: [], seen: true, presence: true, changedAt: 0 },
    ]),
  )
  for (const { user_id, conversation_id, seq, removed } of members) {
    const standing = standings.get(user_id)
    if (standing === undefined) continue
    standing.changedAt = Math.max(standing.changedAt, seq)
    if (removed === 0) standing.conversations.push(conversation_id)
  }
  for (const { user_id, seq, seen, presence } of preferences) {
    const standing = standings.get(user_id)
    if (standing === undefined) continue
    Object.assign(standing, { seen: seen === 1, presence: presence === 1 })
    standing.changedAt = Math.max(standing.changedAt, seq)
  }
  return standings
}
