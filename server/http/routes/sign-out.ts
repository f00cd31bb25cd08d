import { toEndedCookie } from '../../accounts/session-cookie.ts'
import { answerDone } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import { isSecure } from '../caller.ts'
import type { AppHandler } from '../context.ts'

/** Also for whoever is not signed in any more: an answer that was lost is asked for again. */
export function signOut({ accounts, config }: AppParts): AppHandler {
  return async (c) => {
    const session = await accounts.findSession(c.req.header('cookie'))
    if (session !== undefined) await accounts.endSession(session.userId, session.sessionId)
    c.header('set-cookie', toEndedCookie(isSecure(c, config)))
    return answerDone(c)
  }
}
