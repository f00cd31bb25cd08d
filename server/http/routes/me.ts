import { refusal } from '../../../shared/protocol/errors.ts'
import { fromCookieHeader, toSessionCookie } from '../../accounts/session-cookie.ts'
import { answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import { isSecure } from '../caller.ts'
import type { AppHandler } from '../context.ts'

/**
 * Tells who is signed in, and renews the cookie for another while. Only this call does: an answer
 * that sets a cookie must not linger, as a long poll does, until somebody else has signed in.
 */
export function me({ accounts, config }: AppParts): AppHandler {
  return async (c) => {
    const found = await accounts.findMe(c.var.session)
    if (found === undefined) return answerRefusal(c, refusal('not_signed_in'))
    const token = fromCookieHeader(c.req.header('cookie'))
    if (token !== undefined) c.header('set-cookie', toSessionCookie(token, isSecure(c, config)))
    return c.json(found)
  }
}
