import { changePasswordBody } from '../../../shared/protocol/http.ts'
import { toSessionCookie } from '../../accounts/session-cookie.ts'
import { answerDenied, answerDone } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import { isSecure } from '../caller.ts'
import type { AppHandler } from '../context.ts'
import { withBody } from '../input.ts'

export function changePassword({ accounts, config }: AppParts): AppHandler {
  return withBody(changePasswordBody, async (c, body) => {
    const outcome = await accounts.changePassword(c.var.session, body)
    if (outcome.kind !== 'changed') return answerDenied(c, outcome)
    c.header('set-cookie', toSessionCookie(outcome.token, isSecure(c, config)))
    return answerDone(c)
  })
}
