import { deleteAccountBody } from '../../../shared/protocol/http.ts'
import { toEndedCookie } from '../../accounts/session-cookie.ts'
import { answerDenied, answerDone, answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import { isSecure } from '../caller.ts'
import type { AppHandler } from '../context.ts'
import { withBody } from '../input.ts'

/** Whoever has this account deletes it, with the password once more: it cannot be undone. */
export function deleteAccount({ accounts, erasures, config }: AppParts): AppHandler {
  return withBody(deleteAccountBody, async (c, { password, messages }) => {
    const { session } = c.var
    const denied = await accounts.checkPassword(session, password)
    if (denied !== undefined) return answerDenied(c, denied)
    const refused = await erasures.erase(session.userId, messages)
    if (refused !== undefined) return answerRefusal(c, refused)
    c.header('set-cookie', toEndedCookie(isSecure(c, config)))
    return answerDone(c)
  })
}
