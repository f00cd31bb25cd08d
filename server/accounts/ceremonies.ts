import { encodeBase64urlNoPadding } from '@oslojs/encoding'
import { parse, serialize } from 'hono/utils/cookie'
import { createHmac } from 'node:crypto'
import type { CeremonyKind, Database } from '../store/schema.ts'
import { createLinkToken, toLinkHash } from './link-token.ts'

/*
 * What a browser begins here and ends somewhere else, at a single sign-on or with a passkey: a token in a cookie of its own binds the
 * two ends to one browser, and what they share (state, nonce, verifier, challenge) follows from the token. The database holds the
 * token's hash, and a row ends once.
 */

export const CEREMONY_MS = 10 * 60_000
const TOKEN = /^[A-Za-z0-9_-]{43}$/

export interface Ceremony {
  kind: CeremonyKind
  /** Whose it is; null where nobody is known yet. */
  userId: string | null
  detail: unknown
}

/** Begins something in the caller's transaction, and returns the token that its end takes. */
export async function beginCeremony(db: Database, { kind, userId, detail }: Ceremony, now: number): Promise<string> {
  const token = createLinkToken()
  await insert(db, token, { kind, userId, detail, endsAt: now + CEREMONY_MS })
  return token
}

/** What was begun with a token, if it has not ended. */
export async function findCeremony(
  db: Database,
  kind: CeremonyKind,
  token: string,
  now: number,
): Promise<(Ceremony & { endsAt: number }) | undefined> {
  const found = await db
    .selectFrom('ceremony')
    .select(['user_id', 'detail', 'ends_at'])
    .where('token_hash', '=', toLinkHash(token))
    .where('kind', '=', kind)
    .where('ends_at', '>', now)
    .executeTakeFirst()
  return found && { kind, userId: found.user_id, detail: JSON.parse(found.detail) as unknown, endsAt: found.ends_at }
}

/** The same, and it has ended with that; of two who end it at once one does. */
export async function endCeremony(db: Database, kind: CeremonyKind, token: string, now: number) {
  const found = await findCeremony(db, kind, token, now)
  if (found === undefined) return undefined
  const ended = await db.deleteFrom('ceremony').where('token_hash', '=', toLinkHash(token)).executeTakeFirst()
  return ended.numDeletedRows === 1n ? found : undefined
}

/** Nothing came of its end: it holds again. */
export async function giveBackCeremony(db: Database, token: string, found: Ceremony & { endsAt: number }) {
  await insert(db, token, found)
}

/** A value that nobody knows who has not the token, another one for each purpose: 43 characters of base64url. */
export function derive(token: string, purpose: 'state' | 'nonce' | 'verifier' | 'challenge'): string {
  return encodeBase64urlNoPadding(createHmac('sha256', token).update(purpose).digest())
}

/** Deletes what nobody ended in time. */
export async function pruneCeremonies(db: Database, now: number): Promise<void> {
  await db.deleteFrom('ceremony').where('ends_at', '<=', now).execute()
}

/** Lax, for who comes back from a single sign-on comes from another site. */
export function toCeremonyCookie(name: string, path: string, token: string, secure: boolean): string {
  const maxAge = token === '' ? 0 : CEREMONY_MS / 1000
  return serialize(name, token, { path, httpOnly: true, sameSite: 'Lax', secure, maxAge })
}

export function fromCeremonyCookie(name: string, header: string | undefined): string | undefined {
  const token = header === undefined ? undefined : parse(header, name)[name]
  return token !== undefined && TOKEN.test(token) ? token : undefined
}

async function insert(db: Database, token: string, { kind, userId, detail, endsAt }: Ceremony & { endsAt: number }) {
  const row = { token_hash: toLinkHash(token), kind, user_id: userId, detail: JSON.stringify(detail), ends_at: endsAt }
  await db.insertInto('ceremony').values(row).execute()
}
