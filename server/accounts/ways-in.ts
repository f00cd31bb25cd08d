import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { WaysIn } from '../../shared/protocol/http.ts'
import type { Database } from '../store/schema.ts'
import type { Parts } from './parts.ts'
import { listPasskeys } from './passkeys/keys.ts'
import { mayUsePassword } from './password-door.ts'

/** How somebody gets into their account. */
export async function findWaysIn(parts: Pick<Parts, 'store' | 'settings'>, userId: string): Promise<WaysIn> {
  const { db } = parts.store
  const identities = await db
    .selectFrom('external_identity')
    .select(['id', 'label', 'created_at as createdAt'])
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .execute()
  const passkeys = (await listPasskeys(db, userId)).map(({ credentialId: _, transports: __, ...one }) => one)
  return { hasPassword: await hasPassword(db, parts, userId), identities, passkeys }
}

/**
 * Takes away one way into an account with `remove`, which returns how many it took, unless no other is left: then nothing has
 * changed. Of two who take the last two at once one is refused.
 */
export async function removeWayIn(
  parts: Pick<Parts, 'store' | 'settings'>,
  userId: string,
  remove: (db: Database) => Promise<bigint>,
): Promise<Refusal | undefined> {
  const refused: { is?: Refusal } = {}
  await parts.store
    .write(async (db) => {
      // Whoever else takes one away waits for this row.
      await db.updateTable('user').set({ id: userId }).where('id', '=', userId).execute()
      if ((await remove(db)) === 0n) refused.is = refusal('not_found')
      else if (!(await hasWayIn(db, parts, userId))) refused.is = refusal('last_way_in')
      if (refused.is !== undefined) throw new Undone()
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error
    })
  return refused.is
}

/** Undoes a transaction whose answer is a refusal. */
class Undone extends Error {}

async function hasWayIn(db: Database, parts: Pick<Parts, 'settings'>, userId: string): Promise<boolean> {
  const identity = await db
    .selectFrom('external_identity')
    .select('id')
    .where('user_id', '=', userId)
    .limit(1)
    .executeTakeFirst()
  if (identity !== undefined || (await listPasskeys(db, userId)).length > 0) return true
  return hasPassword(db, parts, userId)
}

/** Whether somebody has a password that opens something. */
async function hasPassword(db: Database, { settings }: Pick<Parts, 'settings'>, userId: string): Promise<boolean> {
  const found = await db.selectFrom('credential').select('user_id').where('user_id', '=', userId).executeTakeFirst()
  return found !== undefined && (await mayUsePassword(db, settings, userId))
}
