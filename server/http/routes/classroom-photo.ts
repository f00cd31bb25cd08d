import * as v from 'valibot'
import { refuse } from '../../../shared/classroom/errors.ts'
import { fileVariant } from '../../../shared/protocol/files.ts'
import type { AppParts } from '../app-parts.ts'
import { answerClassroomRefusal } from '../classroom-answers.ts'
import type { LookDoor } from '../classroom-doors.ts'
import { getClassroomId } from '../classroom-id.ts'
import { answerContent } from '../content-answer.ts'
import type { AppHandler } from '../context.ts'

const HEADERS = { 'content-security-policy': "default-src 'none'; sandbox" }

/** The photo of a question. It has no name: whoever saves it calls it something. */
export function questionPhoto({ classrooms: { photos } }: AppParts, admit: LookDoor): AppHandler {
  return async (c) => {
    const audience = await admit(c)
    if (audience instanceof Response) return audience
    const variant = v.safeParse(fileVariant, c.req.param('variant'))
    const questionId = c.req.param('question') ?? ''
    const found = variant.success
      ? await photos.find(getClassroomId(c), questionId, variant.output, audience)
      : undefined
    const answer =
      found &&
      (await answerContent(c, {
        ...{ tag: `"${found.photoId}-${found.variant}"`, bytes: found.bytes, headers: HEADERS },
        described: { 'content-type': found.type, 'content-disposition': 'inline' },
        async read({ first, last }) {
          const content = await photos.read(found)
          return content && new Uint8Array(content.subarray(first, last + 1))
        },
      }))
    return answer ?? answerClassroomRefusal(c, refuse('not_found'))
  }
}
