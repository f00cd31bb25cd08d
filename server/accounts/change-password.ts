import type * as v from 'valibot'
import { refusal } from '../../shared/protocol/errors.ts'
import type { changePasswordBody } from '../../shared/protocol/http.ts'
import type { Database } from '../store/schema.ts'
import type { Denied } from './denied.ts'
import { BUSY, type Parts } from './parts.ts'
import type { SessionToken } from './session-token.ts'
import type { FoundSession } from './session-cache.ts'

export type ChangePasswordBody = v.InferOutput<typeof changePasswordBody>

const WRONG_PASSWORD: Denied = {
  kind: 'refused',
  refusal: refusal('wrong_credentials', 'That is not your current password.'),
}

/** Ends every session but the one that asks, which gets another cookie: whoever knew the old password, or had the cookie, is out. */
export async function changePassword(
  parts: Parts,
  session: FoundSession,
  body: ChangePasswordBody,
): Promise<{ kind: 'changed'; token: SessionToken } | Denied> {
  const changed = await parts.limiter.run(async () => {
    const limited = await parts.limits.takePasswordChange(session.userId)
    if (limited !== undefined) return limited
    const credential = await findCredential(parts.store.db, session.userId)
    const isRight = credential && (await parts.hasher.compare(body.current, credential.password_hash))
    if (isRight !== true) return WRONG_PASSWORD
    await parts.limits.giveBackPasswordChange(session.userId)
    return { oldHash: credential.password_hash, newHash: await parts.hasher.hash(body.next) }
  })
  if (changed === undefined) return BUSY
  if ('kind' in changed) return changed

  const done = await parts.store.write(async (db) => {
    const updated = await db
      .updateTable('credential')
      .set({ password_hash: changed.newHash })
      .where('user_id', '=', session.userId)
      .where('password_hash', '=', changed.oldHash)
      .executeTakeFirst()
    // Another device changed it since: what was right a moment ago is the old password now.
    if (updated.numUpdatedRows === 0n) return undefined
    return { ended: await parts.sessions.deleteOthers(db, session), token: await parts.sessions.renew(db, session) }
  })
  if (done === undefined) return WRONG_PASSWORD
  parts.sessions.announceEnded(done.ended)
  parts.sessions.announceRenewed(session.sessionId)
  return { kind: 'changed', token: done.token }
}

function findCredential(db: Database, userId: string) {
  return db.selectFrom('credential').select('password_hash').where('user_id', '=', userId).executeTakeFirst()
}
