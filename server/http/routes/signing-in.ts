import { registerBody, resetBody, signInBody } from '../../../shared/protocol/http.ts'
import type { Denied } from '../../accounts/denied.ts'
import type { SignedIn } from '../../accounts/start-session.ts'
import { answerDenied } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import { toCaller } from '../caller.ts'
import type { AppContext, AppHandler } from '../context.ts'
import { enterBrowser } from '../enter-browser.ts'
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

async function answer(c: AppContext, parts: AppParts, outcome: SignedIn | Denied): Promise<Response> {
  if (outcome.kind !== 'signed-in') return answerDenied(c, outcome)
  await enterBrowser(c, parts, outcome)
  return c.json(outcome.me)
}
