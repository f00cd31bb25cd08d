import type { Role } from '../../shared/protocol/fields.ts'
import type { Database } from '../store/schema.ts'

/** What somebody may do now, as the database has it. */
export async function findRole(db: Database, userId: string): Promise<Role> {
  const found = await db
    .selectFrom('standing')
    .select('role')
    .where('user_id', '=', userId)
    .where('suspended_at', 'is', null)
    .executeTakeFirst()
  return found?.role ?? 'member'
}
