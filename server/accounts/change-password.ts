import type * as v from 'valibot'
import type { changePasswordBody } from '../../shared/protocol/http.ts'
import { comparePassword, WRONG_PASSWORD } from './check-password.ts'
import type { Denied } from './denied.ts'
import { BUSY, type Parts } from './parts.ts'
import { findMe } from './find-me.ts'
import { refuseGuessed } from './guessed-password.ts'
import type { SessionToken } from './session-token.ts'
import type { FoundSession } from './session-cache.ts'

export type ChangePasswordBody = v.InferOutput<typeof changePasswordBody>

/** Ends every session but the one that asks, which gets another cookie: whoever knew the old password, or had the cookie, is out. */
export async function changePassword(
  parts: Parts,
  session: FoundSession,
  body: ChangePasswordBody,
): Promise<{ kind: 'changed'; token: SessionToken } | Denied> {
  const me = await findMe(parts.store.db, session)
  const guessed = me && refuseGuessed(body.next, me.user)
  if (guessed !== undefined) return { kind: 'refused', refusal: guessed }
  const changed = await parts.limiter.run(async () => {
    const checked = await comparePassword(parts, session.userId, body.current)
    return 'kind' in checked ? checked : { oldHash: checked.hash, newHash: await parts.hasher.hash(body.next) }
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
