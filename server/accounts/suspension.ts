import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { Database } from '../store/schema.ts'

/** What somebody reads whose account is suspended: why, and with `contact`, whom to ask. */
export function toSuspension(reason: string, contact: string): Refusal {
  const ask = contact === '' ? 'Ask whoever runs this ChatBox.' : `Ask ${contact}.`
  return refusal('suspended', `Your account is suspended: ${reason.replace(/[.!?…]?$/, '.')} ${ask}`)
}

/** Why somebody's account is suspended; undefined when it is not. */
export async function findSuspension(db: Database, userId: string): Promise<string | undefined> {
  const found = await db
    .selectFrom('standing')
    .select('suspended_for')
    .where('user_id', '=', userId)
    .where('suspended_at', 'is not', null)
    .executeTakeFirst()
  return found && (found.suspended_for ?? '')
}
