import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { historyQuery } from '../../../shared/protocol/http.ts'
import { HISTORY_PAGE_MESSAGES } from '../../../shared/protocol/limits.ts'
import { history as readHistory } from '../../log/history.ts'
import { answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'
import { withQuery } from '../input.ts'

export function history({ store }: AppParts): AppHandler {
  return withQuery(historyQuery, async (c, { conversation, before, limit = HISTORY_PAGE_MESSAGES }) => {
    const outcome = await readHistory(store, c.var.session.userId, { log: CAMPUS_LOG, conversation, before, limit })
    return outcome.kind === 'page' ? c.json(outcome.page) : answerRefusal(c, outcome.refusal)
  })
}
