import * as v from 'valibot'
import { refusal } from '../../../shared/protocol/errors.ts'
import { id } from '../../../shared/protocol/fields.ts'
import { findPicture } from '../../files/find-picture.ts'
import { answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'

/** An id never stands for another picture, and a browser that opens the file as a page runs nothing of it. */
const HEADERS = {
  'content-type': 'image/jpeg',
  'cache-control': 'private, max-age=31536000, immutable',
  'content-security-policy': "default-src 'none'; sandbox",
}

export function picture({ store }: AppParts): AppHandler {
  return async (c) => {
    const wanted = c.req.param('id')
    if (!v.is(id, wanted)) return answerRefusal(c, refusal('bad_request', 'That is not the id of a picture.'))
    const bytes = await findPicture(store.db, wanted, c.var.session.userId)
    return bytes === undefined ? answerRefusal(c, refusal('not_found')) : c.body(bytes, 200, HEADERS)
  }
}
