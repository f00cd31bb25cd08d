import type * as v from 'valibot'
import { uuidv7 } from 'uuidv7'
import type { registerBody } from '../../shared/protocol/http.ts'
import type { Denied } from './denied.ts'
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

  const userId = uuidv7()
  const { db } = parts.store
  await db.insertInto('credential').values({ user_id: userId, password_hash: passwordHash }).execute()
  const registered = await parts.registerUser({ id: userId, handle: body.handle, name: body.name })
  if ('code' in registered) {
    await db.deleteFrom('credential').where('user_id', '=', userId).execute()
    return { kind: 'refused', refusal: registered }
  }
  return startSession(parts, userId, passwordHash, caller)
}
