import type { Me } from '../../shared/protocol/http.ts'
import type { Database } from '../store/schema.ts'
import type { FoundSession } from './session-cache.ts'

/** Undefined when the account is not there: a backup from before it was made was restored. */
export async function findMe(db: Database, { userId, sessionId }: FoundSession): Promise<Me | undefined> {
  const user = await db
    .selectFrom('user')
    .select(['id', 'handle', 'name', 'picture_id as pictureId', 'created_at as createdAt'])
    .where('id', '=', userId)
    .executeTakeFirst()
  return user && { user, sessionId }
}
