import { registerBody, resetBody, signInBody } from '../../../shared/protocol/http.ts'
import type { Denied } from '../../accounts/denied.ts'
import { toSessionCookie } from '../../accounts/session-cookie.ts'
import type { SignedIn } from '../../accounts/start-session.ts'
import { answerDenied } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import { isSecure, toCaller } from '../caller.ts'
import type { AppContext, AppHandler } from '../context.ts'
import { withBody } from '../input.ts'

export function register(parts: AppParts): AppHandler {
  return withBody(registerBody, async (c, body) => answer(c, parts, await parts.accounts.register(body, toCaller(c))))
}

export function signIn(parts: AppParts): AppHandler {
  return withBody(signInBody, async (c, body) => answer(c, parts, await parts.accounts.signIn(body, toCaller(c))))
}

export function reset(parts: AppParts): AppHandler {
  return withBody(resetBody, async (c, body) => answer(c, parts, await parts.accounts.resetPassword(body, toCaller(c))))
}

/** Who was signed in on this device until now is so no more: their cookie is gone, and what somebody copied of it opens nothing. */
async function answer(c: AppContext, { accounts, config }: AppParts, outcome: SignedIn | Denied): Promise<Response> {
  if (outcome.kind !== 'signed-in') return answerDenied(c, outcome)
  const cookies = c.req.header('cookie')
  const before = await accounts.findSession(cookies)
  if (before !== undefined) await accounts.endSession(before.userId, before.sessionId)
  const secure = isSecure(c, config)
  c.header('set-cookie', toSessionCookie(outcome.token, secure))
  c.header('set-cookie', accounts.renewDevice(cookies, outcome.me.user.id, secure), { append: true })
  return c.json(outcome.me)
}
