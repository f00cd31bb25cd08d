import { registerBody, signInBody } from '../../../shared/protocol/http.ts'
import type { Denied } from '../../accounts/denied.ts'
import { toSessionCookie } from '../../accounts/session-cookie.ts'
import type { SignedIn } from '../../accounts/start-session.ts'
import { answerDenied } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import { isSecure, toCaller } from '../caller.ts'
import type { AppContext, AppHandler } from '../context.ts'
import { withBody } from '../input.ts'

export function register({ accounts, config }: AppParts): AppHandler {
  return withBody(registerBody, async (c, body) => answer(c, config, await accounts.register(body, toCaller(c))))
}

export function signIn({ accounts, config }: AppParts): AppHandler {
  return withBody(signInBody, async (c, body) => answer(c, config, await accounts.signIn(body, toCaller(c))))
}

function answer(c: AppContext, config: AppParts['config'], outcome: SignedIn | Denied): Response {
  if (outcome.kind !== 'signed-in') return answerDenied(c, outcome)
  c.header('set-cookie', toSessionCookie(outcome.token, isSecure(c, config)))
  return c.json(outcome.me)
}
