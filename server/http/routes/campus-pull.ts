import { refusal } from '../../../shared/protocol/errors.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { pullQuery, type PullPage } from '../../../shared/protocol/http.ts'
import { toKnownRows } from '../../campus/known-rows.ts'
import { answerPage } from '../answer-page.ts'
import { answerLimited, answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import { admitCaller } from '../caller.ts'
import type { AppHandler } from '../context.ts'
import { findSpokenVersion } from '../headers.ts'
import { pullThrough } from './pull.ts'

const POLLS_RETRY_AFTER_MS = 1_000

export function campusPull(parts: AppParts): AppHandler {
  const { accounts, campus, observer } = parts
  return pullThrough(
    { ...parts, store: campus.store },
    {
      kind: campus.kind,
      query: pullQuery,
      getLog: (_, { log }) => log,
      async admit(c) {
        const session = await admitCaller(parts, c)
        if ('code' in session) return answerRefusal(c, session)
        return { reader: { userId: session.userId }, sessionId: session.sessionId }
      },
      openHub: () => campus.hub,
      onPulled({ sessionId }, cursor) {
        if (sessionId !== null) accounts.recordCursor(sessionId, cursor)
      },
      // `receipts` rows are only sent live.
      answerPage(c, _, page) {
        const rows = page.rows.filter((row) => row.type !== 'receipts')
        observer?.onPulled(c.req.query('cursor') === '0' ? 'fresh' : 'since', rows.length)
        return answerPage(c, { ...page, rows: toKnownRows(findSpokenVersion(c), rows) } satisfies PullPage)
      },
      answerReset(c, query, { head, lineages }) {
        observer?.onReset()
        if (query.lineage !== '') return answerRefusal(c, refusal('lineage_ended'), { lineages })
        const { epoch } = head
        // A client of version 2: what it was sent beyond the head is gone.
        const code = query.epoch !== '' && query.epoch !== epoch ? 'epoch_changed' : 'cursor_ahead'
        return answerRefusal(c, refusal(code), {
          epoch,
          start: code === 'cursor_ahead' ? Math.min(query.cursor, head.head) : 0,
        })
      },
      answerRefusal: (c, refused) => answerRefusal(c, refused.code === 'not_found' ? NO_LOG : refused),
      answerTooMany: (c) => answerLimited(c, POLLS_RETRY_AFTER_MS),
    },
  )
}

const NO_LOG = refusal('not_found', `There is no such log. Ask for "${CAMPUS_LOG}".`)
