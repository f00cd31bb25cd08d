import type { WebAuthnCredential } from '@simplewebauthn/server'
import { uuidv7 } from 'uuidv7'
import { refusal, type Refusal } from '../../../shared/protocol/errors.ts'
import type { Passkey } from '../../../shared/protocol/http.ts'
import type { Database } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'
import { toLinkHash } from '../link-token.ts'
import { toStep } from '../session-life.ts'

/** A passkey that was just made. */
export interface MadePasskey {
  credential: WebAuthnCredential
  isBackedUp: boolean
}

/** What its authenticator calls it may be longer than an index takes. */
export function toCredentialHash(credentialId: string): string {
  return toLinkHash(credentialId)
}

/** The passkeys of somebody, the oldest first. */
export async function listPasskeys(
  db: Database,
  userId: string,
): Promise<(Passkey & { credentialId: string; transports: string[] })[]> {
  const rows = await db
    .selectFrom('passkey')
    .select(['id', 'name', 'created_at', 'last_used_at', 'backed_up', 'credential_id', 'transports'])
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    ...{ id: row.id, name: row.name, createdAt: row.created_at, lastUsedAt: row.last_used_at },
    ...{ backedUp: row.backed_up === 1, credentialId: row.credential_id },
    transports: row.transports === '' ? [] : row.transports.split(','),
  }))
}

/** One that opens an account already opens no other one. */
export async function insertPasskey(
  store: Store,
  userId: string,
  { credential, isBackedUp }: MadePasskey,
  name: string,
  now: number,
): Promise<Refusal | undefined> {
  const { id, publicKey, counter, transports = [] } = credential
  const row = {
    ...{ id: uuidv7(), user_id: userId, credential_hash: toCredentialHash(id), credential_id: id },
    ...{ public_key: Buffer.from(publicKey), counter, transports: transports.join(','), name },
    ...({ backed_up: isBackedUp ? 1 : 0, created_at: now, last_used_at: toStep(now) } as const),
  }
  try {
    await store.db.insertInto('passkey').values(row).execute()
    return undefined
  } catch (error) {
    if (store.classify(error) !== 'statement') throw error
    return refusal('identity_taken')
  }
}

export async function renamePasskey(
  db: Database,
  userId: string,
  id: string,
  name: string,
): Promise<Refusal | undefined> {
  const own = db.selectFrom('passkey').select('id').where('id', '=', id).where('user_id', '=', userId)
  if ((await own.executeTakeFirst()) === undefined) return refusal('not_found')
  await db.updateTable('passkey').set({ name }).where('id', '=', id).execute()
  return undefined
}
