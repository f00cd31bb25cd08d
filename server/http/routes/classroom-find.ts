import * as v from 'valibot'
import { refuse } from '../../../shared/classroom/errors.ts'
import { classroomCode } from '../../../shared/classroom/fields.ts'
import { findBody } from '../../../shared/classroom/http.ts'
import { findByCode } from '../../classroom/find-by-code.ts'
import { answerClassroomRefusal } from '../classroom-answers.ts'
import type { AppParts } from '../app-parts.ts'
import { toCaller } from '../caller.ts'
import type { AppHandler } from '../context.ts'
import { withBody } from '../input.ts'

/** Only wrong guesses count, and each is taken before it is looked up, so that many at once cannot slip through. */
export function findClassroom({ store, classrooms: { guesses } }: AppParts): AppHandler {
  return withBody(findBody, async (c, { code }) => {
    const { address } = toCaller(c)
    const limited = guesses.take(address)
    if (limited !== undefined) return answerClassroomRefusal(c, refuse('too_many_tries'), limited)
    const found = v.is(classroomCode, code) ? await findByCode(store.db, code) : undefined
    if (found === undefined) return answerClassroomRefusal(c, refuse('not_found', 'No classroom has this code.'))
    guesses.giveBack(address)
    return c.json(found)
  })
}
