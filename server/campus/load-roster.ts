import type { Store } from '../store/store.ts'

/** What decides what one user hears, as the database has it. */
export interface LoadedRosterEntry {
  conversations: string[]
  /** Whether they let others know what they have seen, and that they are there. */
  seen: boolean
  presence: boolean
  /** Whom they blocked. */
  blocked: Set<string>
  /** The seq of the last change of their own memberships, ended ones too, and of their preference. */
  changedAt: number
}

/** Loads what decides what each of these people hears, in one snapshot: three statements. */
export async function loadRosterEntries(
  store: Pick<Store, 'read'>,
  userIds: readonly string[],
): Promise<Map<string, LoadedRosterEntry>> {
  const { members, preferences, blocks } = await store.read(async (db) => ({
    members: await db
      .selectFrom('member')
      .select(['conversation_id', 'user_id', 'seq', 'removed'])
      .where('user_id', 'in', userIds)
      .execute(),
    preferences: await db.selectFrom('preference').selectAll().where('user_id', 'in', userIds).execute(),
    blocks: await db.selectFrom('block').selectAll().where('user_id', 'in', userIds).execute(),
  }))
  const entries = new Map(
    // Who never chose lets others know.
    userIds.map((userId): [string, LoadedRosterEntry] => [
      userId,
      { conversations: [], seen: true, presence: true, blocked: new Set(), changedAt: 0 },
    ]),
  )
  for (const { user_id, conversation_id, seq, removed } of members) {
    const entry = entries.get(user_id)
    if (entry === undefined) continue
    entry.changedAt = Math.max(entry.changedAt, seq)
    if (removed === 0) entry.conversations.push(conversation_id)
  }
  for (const { user_id, seq, seen, presence } of preferences) {
    const entry = entries.get(user_id)
    if (entry === undefined) continue
    Object.assign(entry, { seen: seen === 1, presence: presence === 1 })
    entry.changedAt = Math.max(entry.changedAt, seq)
  }
  for (const { user_id, blocked_id, blocked } of blocks) {
    if (blocked === 1) entries.get(user_id)?.blocked.add(blocked_id)
  }
  return entries
}
