import { refusal } from '../../../shared/protocol/errors.ts'
import { answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'

/** Creating, continuing and taking back an upload, in the words of tus 1.0.0. */
export function uploads({ files }: AppParts): AppHandler {
  return async (c) => {
    if (c.req.method === 'GET') return answerRefusal(c, refusal('not_found'))
    const answer = await files.upload(c.var.session.userId, c.req.raw)
    return answer instanceof Response ? answer : answerRefusal(c, answer)
  }
}
