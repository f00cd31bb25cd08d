import { refuse } from '../../../shared/classroom/errors.ts'
import type { StoredAnswer } from '../../../shared/classroom/http.ts'
import { findClassroom } from '../../classroom/find-classroom.ts'
import { describeStored } from '../../classroom/stored.ts'
import { answerClassroomRefusal } from '../classroom-answers.ts'
import type { AppParts } from '../app-parts.ts'
import { getClassroomId } from '../classroom-id.ts'
import type { AppHandler } from '../context.ts'

/** The database is asked once: its schema does not change under a process. */
export function stored({ store }: AppParts): AppHandler {
  let described: Promise<StoredAnswer> | undefined
  return async (c) => {
    if ((await findClassroom(store.db, getClassroomId(c))) === undefined)
      return answerClassroomRefusal(c, refuse('not_found'))
    described ??= describeStored(store.db).catch((error: unknown) => {
      described = undefined
      throw error
    })
    return c.json(await described)
  }
}
