import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { Parts } from './parts.ts'
import type { FoundSession } from './session-cache.ts'

/*
 * What changes how somebody gets into their account asks them to show again that it is them: a device that lies open, or a copied
 * cookie, is not enough. Whoever has just signed in has shown it.
 */

export const PROOF_MS = 5 * 60_000

/** Undefined when whoever has this session showed within the last minutes that the account is theirs. */
export async function requireProof(
  { store, clock }: Pick<Parts, 'store' | 'clock'>,
  { sessionId }: FoundSession,
): Promise<Refusal | undefined> {
  const session = await store.db
    .selectFrom('session')
    .select(['created_at', 'proven_at'])
    .where('id', '=', sessionId)
    .executeTakeFirst()
  const at = session && Math.max(session.created_at, session.proven_at ?? 0)
  return at !== undefined && clock.now() - at < PROOF_MS ? undefined : refusal('sign_in_again')
}

/** For some minutes from now on `requireProof` lets this session through. */
export async function noteProof({ store, clock }: Pick<Parts, 'store' | 'clock'>, { sessionId }: FoundSession) {
  await store.db.updateTable('session').set({ proven_at: clock.now() }).where('id', '=', sessionId).execute()
}
