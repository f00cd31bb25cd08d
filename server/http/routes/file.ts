import * as v from 'valibot'
import { refusal } from '../../../shared/protocol/errors.ts'
import { fileVariant } from '../../../shared/protocol/files.ts'
import { ACCOUNT_HEADER } from '../../../shared/protocol/http.ts'
import { answerFile } from '../answer-file.ts'
import { answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'

/** An id never stands for another content. */
const HEADERS = {
  'cache-control': 'private, max-age=31536000, immutable',
  vary: `cookie, ${ACCOUNT_HEADER}`,
}

export function file(parts: AppParts): AppHandler {
  return async (c) => {
    const variant = v.safeParse(fileVariant, c.req.param('variant'))
    const id = c.req.param('id') ?? ''
    const found = variant.success ? await parts.files.find(c.var.session.userId, id, variant.output) : undefined
    const answer = found && (await answerFile(c, parts, found, HEADERS))
    return answer ?? answerRefusal(c, refusal('not_found'))
  }
}
