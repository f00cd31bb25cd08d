import type { Database, OneTimeLinkTable } from '../store/schema.ts'
import { createLinkToken, toLinkHash } from './link-token.ts'

export const CLAIM_MS = 60 * 60_000
export const RESET_MS = 24 * 60 * 60_000
const PROBE_MS = 60_000

const HOLDS_MS = { claim: CLAIM_MS, reset: RESET_MS, probe: PROBE_MS }

/** Makes a link that works once, in the caller's transaction, and returns what is behind its `#`. */
export async function createOneTimeLink(
  db: Database,
  kind: OneTimeLinkTable['kind'],
  userId: string | null,
  now: number,
): Promise<string> {
  const token = createLinkToken()
  const ends_at = now + HOLDS_MS[kind]
  const record = { token_hash: toLinkHash(token), kind, user_id: userId, created_at: now, ends_at, used_at: null }
  await db.insertInto('one_time_link').values(record).execute()
  return token
}

/** Uses a link up, in the caller's transaction; undefined when it holds no more. Of two who use it at once one does. */
export async function spendOneTimeLink(
  db: Database,
  kind: OneTimeLinkTable['kind'],
  token: string,
  now: number,
): Promise<{ userId: string | null } | undefined> {
  const token_hash = toLinkHash(token)
  const spent = await db
    .updateTable('one_time_link')
    .set({ used_at: now })
    .where('token_hash', '=', token_hash)
    .where('kind', '=', kind)
    .where('used_at', 'is', null)
    .where('ends_at', '>', now)
    .executeTakeFirst()
  if (spent.numUpdatedRows === 0n) return undefined
  const { user_id } = await db
    .selectFrom('one_time_link')
    .select('user_id')
    .where('token_hash', '=', token_hash)
    .executeTakeFirstOrThrow()
  return { userId: user_id }
}

/** Whether there is such a link, used or not: anybody may ask, and it writes nothing. */
export async function isOneTimeLink(db: Database, kind: OneTimeLinkTable['kind'], token: string): Promise<boolean> {
  const link = db.selectFrom('one_time_link').select('kind').where('token_hash', '=', toLinkHash(token))
  return (await link.executeTakeFirst())?.kind === kind
}

/** Deletes a link, used or not. */
export async function removeOneTimeLink(db: Database, token: string): Promise<void> {
  await db.deleteFrom('one_time_link').where('token_hash', '=', toLinkHash(token)).execute()
}

/** Nothing came of what a link was used for: it holds again. */
export async function giveBackOneTimeLink(db: Database, token: string): Promise<void> {
  await db.updateTable('one_time_link').set({ used_at: null }).where('token_hash', '=', toLinkHash(token)).execute()
}

/** Deletes links that ended before `until`, in milliseconds since 1970. */
export async function pruneOneTimeLinks(db: Database, until: number): Promise<void> {
  await db.deleteFrom('one_time_link').where('ends_at', '<', until).execute()
  await db.deleteFrom('email_code').where('ends_at', '<', until).execute()
}
