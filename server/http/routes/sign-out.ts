import { ACCOUNT_HEADER } from '../../../shared/protocol/http.ts'
import { toEndedCookie } from '../../accounts/session-cookie.ts'
import { answerDone } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import { findCallerSession, isSecure } from '../caller.ts'
import type { AppHandler } from '../context.ts'

/**
 * Also for whoever is not signed in any more: an answer that was lost is asked for again. The cookie
 * of somebody else, who has signed in on this device meanwhile, stays.
 */
export function signOut({ accounts, config }: AppParts): AppHandler {
  return async (c) => {
    const session = await findCallerSession(accounts, c)
    if (session === undefined && c.req.header(ACCOUNT_HEADER) !== undefined) return answerDone(c)
    if (session !== undefined) await accounts.endSession(session.userId, session.sessionId)
    c.header('set-cookie', toEndedCookie(isSecure(c, config)))
    return answerDone(c)
  }
}
