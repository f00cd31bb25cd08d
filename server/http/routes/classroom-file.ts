import * as v from 'valibot'
import { refuse } from '../../../shared/classroom/errors.ts'
import { fileVariant } from '../../../shared/protocol/files.ts'
import { answerFile } from '../answer-file.ts'
import type { AppParts } from '../app-parts.ts'
import { answerClassroomRefusal } from '../classroom-answers.ts'
import type { LookDoor } from '../classroom-doors.ts'
import { getClassroomId } from '../classroom-id.ts'
import type { AppHandler } from '../context.ts'

/** A file that an answer of staff carries. */
export function answeredFile({ files, reportBare }: AppParts, admit: LookDoor): AppHandler {
  return async (c) => {
    const audience = await admit(c)
    if (audience instanceof Response) return audience
    const variant = v.safeParse(fileVariant, c.req.param('variant'))
    const id = c.req.param('file') ?? ''
    const found = variant.success
      ? await files.findInClassroom(getClassroomId(c), id, variant.output, audience)
      : undefined
    const answer = found && (await answerFile(c, { files, report: reportBare }, found, {}))
    return answer ?? answerClassroomRefusal(c, refuse('not_found'))
  }
}
