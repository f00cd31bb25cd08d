import * as v from 'valibot'
import { refusal } from '../../../shared/protocol/errors.ts'
import { id } from '../../../shared/protocol/fields.ts'
import { toEndedCookie } from '../../accounts/session-cookie.ts'
import { answerDone, answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import { isSecure } from '../caller.ts'
import type { AppHandler } from '../context.ts'

export function listSessions({ accounts }: AppParts): AppHandler {
  return async (c) => c.json({ sessions: await accounts.listSessions(c.var.session) })
}

/** A stranger's session and one that never was are answered alike. */
export function endSession({ accounts, config }: AppParts): AppHandler {
  return async (c) => {
    const { userId, sessionId } = c.var.session
    const ending = c.req.param('id')
    const ended = v.is(id, ending) && (await accounts.endSession(userId, ending))
    if (!ended) return answerRefusal(c, refusal('not_found', 'You have no such session.'))
    if (ending === sessionId) c.header('set-cookie', toEndedCookie(isSecure(c, config)))
    return answerDone(c)
  }
}
