import { refusal } from '../../../shared/protocol/errors.ts'
import { pullQuery, type PullPage } from '../../../shared/protocol/http.ts'
import { pull as pullPage } from '../../log/pull.ts'
import type { PullInput, PullOutcome } from '../../log/pull-outcome.ts'
import { answerLimited, answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import { findCallerSession } from '../caller.ts'
import type { AppContext, AppHandler } from '../context.ts'
import { withQuery } from '../input.ts'
import { createPollCount } from '../poll-count.ts'

const POLLS_RETRY_AFTER_MS = 1_000

/** Asking for what follows a cursor acknowledges everything up to it. */
export function pull({ store, accounts, hub }: AppParts): AppHandler {
  const polls = createPollCount()
  return withQuery(pullQuery, async (c, { log, epoch, cursor, next = null, wait }) => {
    const { userId, sessionId } = c.var.session
    const input: PullInput = { log, epoch, cursor, next }
    const outcome = await pullPage(store, userId, input)
    if (outcome.kind === 'page' && cursor > 0) accounts.recordCursor(sessionId, cursor)
    if (wait !== '1' || outcome.kind !== 'page' || hasNews(outcome.page)) return answer(c, outcome)

    const leave = polls.enter(sessionId)
    if (leave === undefined) return answerLimited(c, POLLS_RETRY_AFTER_MS)
    try {
      await hub.waitForNews(userId, sessionId, outcome.page.to, c.req.raw.signal)
    } finally {
      leave()
    }
    // The session may have ended while this waited.
    const session = await findCallerSession(accounts, c)
    if (session === undefined) return answerRefusal(c, refusal('not_signed_in'))
    return answer(c, await pullPage(store, userId, input))
  })
}

/** A page at the head that brings nothing is the only one worth waiting on; a first pull is never that. */
function hasNews(page: PullPage): boolean {
  return page.rows.length > 0 || page.next !== null || page.to < page.head || page.from === 0
}

function answer(c: AppContext, outcome: PullOutcome): Response {
  switch (outcome.kind) {
    case 'page':
      return c.json(outcome.page)
    case 'reset':
      return answerRefusal(c, refusal(outcome.code), { epoch: outcome.epoch, start: outcome.start })
    case 'refused':
      return answerRefusal(c, outcome.refusal)
  }
}
