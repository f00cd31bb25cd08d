import { uuidv7 } from 'uuidv7'
import type { Refusal } from '../../shared/protocol/errors.ts'
import type { Database } from '../store/schema.ts'
import type { Admission } from './admission.ts'
import type { Parts } from './parts.ts'

/** What will open the door to a new account; `store` returns why it cannot. */
export interface NewKey {
  store(db: Database, userId: string): Promise<Refusal | undefined>
  remove(db: Database, userId: string): Promise<unknown>
}

/**
 * What opens the door is stored before the user is in the log, so that whoever appears there can sign in. Where the log refuses
 * the handle it is deleted again. Where the log does not answer it stays: the user may have been written all the same, and
 * without one nobody joins a stray key.
 */
export async function makeAccount(
  parts: Parts,
  person: { handle: string; name: string },
  admission: Admission,
  key: NewKey,
): Promise<string | Refusal> {
  const userId = uuidv7()
  const { db } = parts.store
  const refused = await key.store(db, userId)
  const registered = refused ?? (await parts.registerUser({ id: userId, ...person }))
  if ('code' in registered) {
    if (refused === undefined) await key.remove(db, userId)
    await admission.giveBack()
    return registered
  }
  if (admission.address !== null) await keepAddress(parts, userId, admission.address)
  if (admission.isOperator) await parts.setRole(userId, 'operator')
  return userId
}

/** Two who registered at once with one address have it once; the other has an account without one. */
async function keepAddress({ store, clock }: Parts, userId: string, address: string): Promise<void> {
  await store.db
    .insertInto('email_address')
    .values({ user_id: userId, address, confirmed_at: clock.now() })
    .execute()
    .catch((error: unknown) => {
      if (store.classify(error) !== 'statement') throw error
    })
}
