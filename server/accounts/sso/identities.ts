import { uuidv7 } from 'uuidv7'
import { refusal, type Refusal } from '../../../shared/protocol/errors.ts'
import type { Database } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'
import type { ExternalPerson } from './provider.ts'

/** Whose account somebody at a single sign-on opens; by what it calls them for good, and never by an address. */
export async function findIdentity(
  db: Database,
  { issuer, subject }: Pick<ExternalPerson, 'issuer' | 'subject'>,
): Promise<{ id: string; userId: string } | undefined> {
  const found = await db
    .selectFrom('external_identity')
    .select(['id', 'user_id'])
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst()
  return found && { id: found.id, userId: found.user_id }
}

/** Lets somebody at a single sign-on open an account; of two who want the same at once one gets it. */
export async function insertIdentity(
  store: Store,
  db: Database,
  userId: string,
  { issuer, subject, username }: ExternalPerson,
  now: number,
): Promise<Refusal | undefined> {
  const label = Array.from(username).slice(0, 100).join('')
  const row = { id: uuidv7(), user_id: userId, issuer, subject, label, created_at: now }
  try {
    await db.insertInto('external_identity').values(row).execute()
    return undefined
  } catch (error) {
    if (store.classify(error) !== 'statement') throw error
    return refusal('identity_taken')
  }
}
