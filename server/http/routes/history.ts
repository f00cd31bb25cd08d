import { refusal } from '../../../shared/protocol/errors.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { historyQuery } from '../../../shared/protocol/http.ts'
import { HISTORY_PAGE_MESSAGES } from '../../../shared/protocol/limits.ts'
import { history as readHistory, type HistoryInput } from '../../campus/history.ts'
import { toKnownHistory } from '../../campus/known-rows.ts'
import { answerPage } from '../answer-page.ts'
import { answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'
import { findSpokenVersion } from '../headers.ts'
import { withQuery } from '../input.ts'

export function history({ campus: { store } }: AppParts): AppHandler {
  return withQuery(historyQuery, async (c, { conversation, before, at, limit = HISTORY_PAGE_MESSAGES }) => {
    const from = toBeginning(before, at)
    if (from === undefined) return answerRefusal(c, ONE_OF_BOTH)
    const outcome = await readHistory(store, c.var.session.userId, { log: CAMPUS_LOG, conversation, from, limit })
    if (outcome.kind === 'refused') return answerRefusal(c, outcome.refusal)
    return answerPage(c, { ...outcome.page, rows: toKnownHistory(findSpokenVersion(c), outcome.page.rows) })
  })
}

const ONE_OF_BOTH = refusal('bad_request', 'Say either before which message or at which moment: "before" or "at".')

function toBeginning(before: number | undefined, at: number | undefined): HistoryInput['from'] | undefined {
  if (before !== undefined) return at === undefined ? { before } : undefined
  return at === undefined ? undefined : { at }
}
