import { createHash } from 'node:crypto'
import { type ClassroomRefusal, refuse } from '../../shared/classroom/errors.ts'
import { TOKEN_DEVICES_MAX } from '../../shared/classroom/limits.ts'
import type { Database } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { isMember } from './is-member.ts'
import { signBlinded } from './issuer.ts'

/**
 * Signs what a device of a member has blinded: once for each device, and again for the same request,
 * whose answer may have been lost. Nothing is kept of it but that it happened.
 */
export async function issueTokens(
  store: Store,
  userId: string,
  classroomId: string,
  blinded: readonly string[],
): Promise<{ signatures: string[] } | ClassroomRefusal> {
  const classroom = await store.db
    .selectFrom('classroom')
    .select(['group_id', 'issuer_private'])
    .where('id', '=', classroomId)
    .executeTakeFirst()
  if (classroom === undefined) return refuse('not_found')
  const { group_id: groupId, issuer_private: key } = classroom
  if (groupId === null || key === null) return refuse('not_found', 'This classroom takes no tokens.')
  if (!(await isMember(store.db, groupId, userId))) return refuse('not_a_member')
  const signatures = await signBlinded(key, blinded)
  if (signatures === undefined) return refuse('bad_key')
  const noted = await store.write((db) => note(db, classroomId, userId, toBlindedHash(blinded)))
  return noted ? { signatures } : refuse('no_more_tokens')
}

/** Whether this device may have them: it is one that had them before, or there is room for another. */
async function note(db: Database, classroomId: string, userId: string, blindedHash: string): Promise<boolean> {
  // Changes nothing, but lets no other device be counted until this one is.
  await db
    .updateTable('classroom')
    .set((classroom) => ({ group_id: classroom.ref('group_id') }))
    .where('id', '=', classroomId)
    .execute()
  const devices = await db
    .selectFrom('token_issuance')
    .select('blinded_hash')
    .where('classroom_id', '=', classroomId)
    .where('user_id', '=', userId)
    .execute()
  if (devices.some(({ blinded_hash }) => blinded_hash === blindedHash)) return true
  if (devices.length >= TOKEN_DEVICES_MAX) return false
  await db
    .insertInto('token_issuance')
    .values({ classroom_id: classroomId, user_id: userId, blinded_hash: blindedHash })
    .execute()
  return true
}

function toBlindedHash(blinded: readonly string[]): string {
  const hash = createHash('sha256')
  for (const one of blinded) hash.update(Buffer.from(one, 'base64url'))
  return hash.digest('base64url')
}
