import { refuse } from '../../../shared/classroom/errors.ts'
import { classroomLog } from '../../../shared/classroom/fields.ts'
import { deleteClassroom as deleteAll } from '../../classroom/delete-classroom.ts'
import { findStaff } from '../../classroom/find-classroom.ts'
import { refuseStranger } from '../../classroom/refuse-stranger.ts'
import { answerClassroomRefusal } from '../classroom-answers.ts'
import { getClassroomId } from '../classroom-id.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'

/** Only whoever made it deletes it: at once, with all that is in it. */
export function deleteClassroom({ store, classrooms: { announceDeleted }, files }: AppParts): AppHandler {
  return async (c) => {
    const classroomId = getClassroomId(c)
    const role = await findStaff(store.db, classroomId, c.var.session.userId)
    if (role === undefined) return answerClassroomRefusal(c, await refuseStranger(store.db, classroomId))
    if (role !== 'owner') return answerClassroomRefusal(c, refuse('only_owner'))
    const left = await deleteAll(store, classroomId)
    announceDeleted(classroomLog(classroomId))
    await files.release(left)
    return c.body(null, 204)
  }
}
