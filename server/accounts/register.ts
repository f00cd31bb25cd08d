import type * as v from 'valibot'
import type { registerBody } from '../../shared/protocol/http.ts'
import { admit } from './admission.ts'
import type { Denied } from './denied.ts'
import { refuseGuessed } from './guessed-password.ts'
import { makeAccount } from './make-account.ts'
import { BUSY, type Caller, type Parts } from './parts.ts'
import { type SignedIn, startSession } from './start-session.ts'

export type RegisterBody = v.InferOutput<typeof registerBody>

/** Makes an account with a password, and signs in. */
export async function register(parts: Parts, body: RegisterBody, caller: Caller): Promise<SignedIn | Denied> {
  const limited = await parts.limits.takeRegistration(caller.address)
  if (limited !== undefined) return limited
  const guessed = refuseGuessed(body.password, body)
  if (guessed !== undefined) return { kind: 'refused', refusal: guessed }
  const hash = await parts.limiter.run(() => parts.hasher.hash(body.password))
  if (hash === undefined) return BUSY
  const admission = await admit(parts, body, 'password')
  if ('code' in admission) return { kind: 'refused', refusal: admission }
  const { handle, name } = body
  const made = await makeAccount(parts, { handle, name }, admission, {
    async store(db, userId) {
      await db.insertInto('credential').values({ user_id: userId, password_hash: hash }).execute()
      return undefined
    },
    remove: (db, userId) => db.deleteFrom('credential').where('user_id', '=', userId).execute(),
  })
  if (typeof made !== 'string') return { kind: 'refused', refusal: made }
  return startSession(parts, made, { by: 'password', hash }, caller)
}
