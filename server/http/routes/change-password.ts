import { changePasswordBody } from '../../../shared/protocol/http.ts'
import { answerDenied, answerDone } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'
import { withBody } from '../input.ts'

export function changePassword({ accounts }: AppParts): AppHandler {
  return withBody(changePasswordBody, async (c, body) => {
    const outcome = await accounts.changePassword(c.var.session, body)
    return outcome.kind === 'changed' ? answerDone(c) : answerDenied(c, outcome)
  })
}
