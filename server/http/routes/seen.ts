import { seenQuery } from '../../../shared/protocol/http.ts'
import { countSeen } from '../../campus/seen.ts'
import { answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'
import { withQuery } from '../input.ts'

export function seen({ store }: AppParts): AppHandler {
  return withQuery(seenQuery, async (c, input) => {
    const outcome = await countSeen(store, c.var.session.userId, input)
    return outcome.kind === 'count' ? c.json({ count: outcome.count }) : answerRefusal(c, outcome.refusal)
  })
}
