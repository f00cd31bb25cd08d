import { refuse } from '../../shared/classroom/errors.ts'
import { findStaff } from '../classroom/find-classroom.ts'
import { refuseStranger } from '../classroom/refuse-stranger.ts'
import type { ClassroomAudience } from '../classroom/types.ts'
import type { AppParts } from './app-parts.ts'
import { findCallerSession } from './caller.ts'
import { answerClassroomRefusal } from './classroom-answers.ts'
import { getClassroomId } from './classroom-id.ts'
import type { AppContext } from './context.ts'

/** For which audience somebody looks into a classroom; a response when they may not. */
export type LookDoor = (c: AppContext) => Promise<ClassroomAudience | Response>

/** Whoever has the link, who is nobody. */
export const asEverybody: LookDoor = async () => 'everybody'

/** Whoever answers there, with their account. */
export function asStaff({ accounts, store }: Pick<AppParts, 'accounts' | 'store'>): LookDoor {
  return async (c) => {
    const session = await findCallerSession(accounts, c)
    if (session?.suspendedFor !== undefined || session === undefined)
      return answerClassroomRefusal(c, refuse('not_signed_in'))
    const classroomId = getClassroomId(c)
    if ((await findStaff(store.db, classroomId, session.userId)) !== undefined) return 'staff'
    return answerClassroomRefusal(c, await refuseStranger(store.db, classroomId))
  }
}
