import { uuidv7 } from 'uuidv7'
import { classroomLog } from '../../shared/classroom/fields.ts'
import { isRefused } from '../log/group-commit.ts'
import type { Sequencer } from '../log/sequencer.ts'
import type { Store } from '../store/store.ts'
import { deleteClassroom } from './delete-classroom.ts'
import type { Classroom, StaffEntry } from './types.ts'

const ANSWERS_AT_ONCE = 100

export interface Leaving {
  store: Store
  sequencer: Pick<Sequencer<Classroom>, 'submit'>
  announceDeleted: (log: string) => void
  releaseFiles: (ids: readonly string[]) => Promise<void>
}

/**
 * Takes somebody who deletes their account out of the staff of every classroom, with their answers if `withAnswers`. A classroom in
 * which nobody else answers is deleted. What is done again changes nothing more. Throws `StoreUnavailable`.
 */
export async function leaveClassrooms(leaving: Leaving, userId: string, withAnswers: boolean): Promise<void> {
  const { store, sequencer } = leaving
  const staffed = await store.db
    .selectFrom('classroom_staff')
    .select('classroom_id')
    .where('user_id', '=', userId)
    .where('removed', '=', 0)
    .execute()
  for (const { classroom_id: classroomId } of staffed) {
    const log = classroomLog(classroomId)
    const give = (commands: readonly StaffEntry['command'][]) =>
      sequencer.submit(
        log,
        commands.map((command): StaffEntry => ({ by: 'staff', command, userId, keptFor: null })),
      )
    if (withAnswers) await withdrawAnswers(store, classroomId, userId, give)
    const [left] = await give([{ type: 'staff.leave', id: uuidv7() }])
    if (left === undefined || !isRefused(left) || left.code !== 'only_owner') continue
    const files = await deleteClassroom(store, classroomId)
    leaving.announceDeleted(log)
    await leaving.releaseFiles(files)
  }
}

async function withdrawAnswers(
  { db }: Store,
  classroomId: string,
  userId: string,
  give: (commands: readonly StaffEntry['command'][]) => Promise<unknown>,
): Promise<void> {
  const answers = await db
    .selectFrom('reply')
    .select('id')
    .where('classroom_id', '=', classroomId)
    .where('staff_id', '=', userId)
    .where('state', '!=', 'withdrawn')
    .execute()
  for (let from = 0; from < answers.length; from += ANSWERS_AT_ONCE) {
    const some = answers.slice(from, from + ANSWERS_AT_ONCE)
    await give(some.map(({ id: replyId }) => ({ type: 'reply.judge', id: uuidv7(), replyId, state: 'withdrawn' })))
  }
}
