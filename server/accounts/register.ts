import type * as v from 'valibot'
import { uuidv7 } from 'uuidv7'
import type { registerBody } from '../../shared/protocol/http.ts'
import type { Denied } from './denied.ts'
import { admit } from './admission.ts'
import { BUSY, type Caller, type Parts } from './parts.ts'
import { type SignedIn, startSession } from './start-session.ts'

export type RegisterBody = v.InferOutput<typeof registerBody>

/**
 * The password's hash is stored before the user is in the log, so that whoever appears there can sign
 * in. Where the log refuses the handle the hash is deleted again. Where the log does not answer the
 * hash stays: the user may have been written all the same, and without one nobody joins a stray hash.
 */
export async function register(parts: Parts, body: RegisterBody, caller: Caller): Promise<SignedIn | Denied> {
  const limited = await parts.limits.takeRegistration(caller.address)
  if (limited !== undefined) return limited
  const passwordHash = await parts.limiter.run(() => parts.hasher.hash(body.password))
  if (passwordHash === undefined) return BUSY
  const admission = await admit(parts, body)
  if ('code' in admission) return { kind: 'refused', refusal: admission }

  const userId = uuidv7()
  const { db } = parts.store
  await db.insertInto('credential').values({ user_id: userId, password_hash: passwordHash }).execute()
  const registered = await parts.registerUser({ id: userId, handle: body.handle, name: body.name })
  if ('code' in registered) {
    await db.deleteFrom('credential').where('user_id', '=', userId).execute()
    await admission.giveBack()
    return { kind: 'refused', refusal: registered }
  }
  if (admission.address !== null) await keepAddress(parts, userId, admission.address)
  if (admission.isOperator) await parts.setRole(userId, 'operator')
  return startSession(parts, userId, passwordHash, caller)
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
