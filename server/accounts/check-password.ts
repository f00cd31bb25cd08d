import { refusal } from '../../shared/protocol/errors.ts'
import type { Database } from '../store/schema.ts'
import type { Denied } from './denied.ts'
import { BUSY, type Parts } from './parts.ts'
import { noteProof, requireProof } from './proof.ts'
import type { FoundSession } from './session-cache.ts'

export const WRONG_PASSWORD: Denied = {
  kind: 'refused',
  refusal: refusal('wrong_credentials', 'That is not your current password.'),
}

/**
 * Whoever asks for something that cannot be undone says their password once more. Undefined when it is theirs. Who comes in without one
 * has shown within the last minutes that it is them.
 */
export async function checkPassword(
  parts: Parts,
  session: FoundSession,
  password: string,
): Promise<Denied | undefined> {
  const { userId } = session
  if ((await findCredential(parts.store.db, userId)) === undefined) {
    const unproven = await requireProof(parts, session)
    return unproven && { kind: 'refused', refusal: unproven }
  }
  const checked = await parts.limiter.run(() => comparePassword(parts, userId, password))
  if (checked === undefined) return BUSY
  return 'kind' in checked ? checked : undefined
}

/** Shows with a password that it is them, for some minutes. */
export async function proveByPassword(
  parts: Parts,
  session: FoundSession,
  password: string,
): Promise<Denied | undefined> {
  const checked = await parts.limiter.run(() => comparePassword(parts, session.userId, password))
  if (checked === undefined) return BUSY
  if ('kind' in checked) return checked
  await noteProof(parts, session)
  return undefined
}

/** The hash with which it was compared, if it is their password. To be run in the limiter; wrong ones are counted. */
export async function comparePassword(
  { limits, store, hasher }: Pick<Parts, 'limits' | 'store' | 'hasher'>,
  userId: string,
  password: string,
): Promise<{ hash: string } | Denied> {
  const limited = await limits.takePasswordChange(userId)
  if (limited !== undefined) return limited
  const credential = await findCredential(store.db, userId)
  const isRight = credential && (await hasher.compare(password, credential.password_hash))
  if (isRight !== true) return WRONG_PASSWORD
  await limits.giveBackPasswordChange(userId)
  return { hash: credential.password_hash }
}

function findCredential(db: Database, userId: string) {
  return db.selectFrom('credential').select('password_hash').where('user_id', '=', userId).executeTakeFirst()
}
