import type { Database } from '../store/schema.ts'

/** Whether somebody is in a group now. */
export async function isMember(db: Database, groupId: string, userId: string): Promise<boolean> {
  const member = await db
    .selectFrom('member')
    .select('user_id')
    .where('conversation_id', '=', groupId)
    .where('user_id', '=', userId)
    .where('removed', '=', 0)
    .executeTakeFirst()
  return member !== undefined
}
