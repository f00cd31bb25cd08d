import type { Settings } from '../settings/settings.ts'
import type { Database } from '../store/schema.ts'

/** Whether a password opens somebody's account: where it is for operators alone, everybody else comes through single sign-on. */
export async function mayUsePassword(db: Database, settings: Pick<Settings, 'get'>, userId: string): Promise<boolean> {
  if (!settings.get('passwordsForOperatorsOnly')) return true
  const found = await db
    .selectFrom('standing')
    .select('role')
    .where('user_id', '=', userId)
    .where('role', '=', 'operator')
    .executeTakeFirst()
  return found !== undefined
}
