import { refusal } from '../../shared/protocol/errors.ts'
import type { Denied } from './denied.ts'
import { BUSY, type Parts } from './parts.ts'
import type { FoundSession } from './session-cache.ts'

export const WRONG_PASSWORD: Denied = {
  kind: 'refused',
  refusal: refusal('wrong_credentials', 'That is not your current password.'),
}

/** Whoever asks for something that cannot be undone says their password once more. Undefined when it is theirs. */
export async function checkPassword(
  parts: Parts,
  { userId }: FoundSession,
  password: string,
): Promise<Denied | undefined> {
  const checked = await parts.limiter.run(() => comparePassword(parts, userId, password))
  if (checked === undefined) return BUSY
  return 'kind' in checked ? checked : undefined
}

/** The hash with which it was compared, if it is their password. To be run in the limiter; wrong ones are counted. */
export async function comparePassword(
  { limits, store, hasher }: Pick<Parts, 'limits' | 'store' | 'hasher'>,
  userId: string,
  password: string,
): Promise<{ hash: string } | Denied> {
  const limited = await limits.takePasswordChange(userId)
  if (limited !== undefined) return limited
  const credential = await store.db
    .selectFrom('credential')
    .select('password_hash')
    .where('user_id', '=', userId)
    .executeTakeFirst()
  const isRight = credential && (await hasher.compare(password, credential.password_hash))
  if (isRight !== true) return WRONG_PASSWORD
  await limits.giveBackPasswordChange(userId)
  return { hash: credential.password_hash }
}
