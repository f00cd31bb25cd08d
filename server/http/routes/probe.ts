import { refusal } from '../../../shared/protocol/errors.ts'
import { isOneTimeLink, spendOneTimeLink } from '../../accounts/one-time-links.ts'
import { PROBE_HEADER } from '../../ops/doctor/probe.ts'
import { answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import { describeArrival } from '../caller.ts'
import type { AppHandler } from '../context.ts'

/** Says how a request has arrived, to whoever has put its token into the database; nobody else finds anything here. */
export function probe({ store, now }: Pick<AppParts, 'store' | 'now'>): AppHandler {
  return async (c) => {
    const token = c.req.header(PROBE_HEADER)
    if (token === undefined || !(await isOneTimeLink(store.db, 'probe', token))) {
      return answerRefusal(c, refusal('not_found'))
    }
    const isFirst = await store.write((db) => spendOneTimeLink(db, 'probe', token, now()))
    return isFirst === undefined ? answerRefusal(c, refusal('not_found')) : c.json(describeArrival(c))
  }
}
