import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Store } from '../../store/store.ts'
import { toStep } from '../session-life.ts'
import { type MadePasskey, toCredentialHash } from './keys.ts'
import type { Place } from './place.ts'

/*
 * What a browser answers, checked by `@simplewebauthn/server`: the challenge, the origin and the name that it was made for, that its
 * owner was there and showed it, and the signature. Whatever is wrong with an answer it throws; here that is one answer: no.
 */

export async function verifyCreated(
  response: RegistrationResponseJSON,
  { origins, rpId }: Place,
  challenge: string,
): Promise<MadePasskey | undefined> {
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      ...{ response, expectedChallenge: challenge, expectedOrigin: origins, expectedRPID: rpId },
      requireUserVerification: true,
    })
    if (!verified) return undefined
    const { credential, credentialBackedUp } = registrationInfo
    // Longer ones the standard does not know.
    return credential.id.length > 1400 ? undefined : { credential, isBackedUp: credentialBackedUp }
  } catch {
    return undefined
  }
}

/**
 * Whose passkey signed, of `userId` alone if that is given. An authenticator that counts must have counted on: one that was copied
 * counts for itself, and of two answers at once with the same count one is taken.
 */
export async function verifySigned(
  { db }: Store,
  response: AuthenticationResponseJSON,
  { origins, rpId }: Place,
  challenge: string,
  now: number,
  userId?: string,
): Promise<{ id: string; userId: string } | undefined> {
  const row = await db
    .selectFrom('passkey')
    .selectAll()
    .where('credential_hash', '=', toCredentialHash(response.id))
    .executeTakeFirst()
  if (row === undefined || (userId !== undefined && row.user_id !== userId)) return undefined
  const { userHandle } = response.response
  if (userHandle !== undefined && Buffer.from(userHandle, 'base64url').toString() !== row.user_id) return undefined
  const verified = await verify(response, { origins, rpId }, challenge, row)
  if (verified?.verified !== true) return undefined
  const { newCounter, credentialBackedUp } = verified.authenticationInfo
  const counted = await db
    .updateTable('passkey')
    .set({ counter: newCounter, backed_up: credentialBackedUp ? 1 : 0, last_used_at: toStep(now) })
    .where('id', '=', row.id)
    .where('counter', '=', row.counter)
    .executeTakeFirst()
  return counted.numUpdatedRows === 1n ? { id: row.id, userId: row.user_id } : undefined
}

async function verify(
  response: AuthenticationResponseJSON,
  { origins, rpId }: Place,
  challenge: string,
  { credential_id, public_key, counter }: { credential_id: string; public_key: Uint8Array; counter: number },
) {
  try {
    return await verifyAuthenticationResponse({
      ...{ response, expectedChallenge: challenge, expectedOrigin: origins, expectedRPID: rpId },
      credential: { id: credential_id, publicKey: new Uint8Array(public_key), counter },
      requireUserVerification: true,
    })
  } catch {
    return undefined
  }
}
