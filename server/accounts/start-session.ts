import type { Me } from '../../shared/protocol/http.ts'
import type { Denied } from './denied.ts'
import { findMe } from './find-me.ts'
import type { Key } from './insert-session.ts'
import { type Caller, type Parts, WRONG_CREDENTIALS } from './parts.ts'
import { findSuspension, toSuspension } from './suspension.ts'
import type { SessionToken } from './session-token.ts'

export interface SignedIn {
  kind: 'signed-in'
  token: SessionToken
  me: Me
}

/** The last step of registering and of signing in, after what somebody came by was right. */
export async function startSession(
  { store, sessions, settings }: Pick<Parts, 'store' | 'sessions' | 'settings'>,
  userId: string,
  key: Key,
  caller: Caller,
): Promise<SignedIn | Denied> {
  const suspendedFor = await findSuspension(store.db, userId)
  if (suspendedFor !== undefined) {
    return { kind: 'refused', refusal: toSuspension(suspendedFor, settings.get('contact')) }
  }
  const token = await sessions.start(userId, key, caller.device)
  const me = token && (await findMe(store.db, { userId, sessionId: token.sessionId }))
  return token === undefined || me === undefined ? WRONG_CREDENTIALS : { kind: 'signed-in', token, me }
}
