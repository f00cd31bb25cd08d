import { uuidv7 } from 'uuidv7'
import type { StaffCommand } from '../../../shared/classroom/commands.ts'
import { createRandomId } from '../../sync/classroom/secrets.ts'
import { enqueueStaff } from '../../sync/classroom/staff-outbox.ts'
import { toOutgoingText } from '../composing/outgoing-text.ts'
import type { OpenedClassroom } from './opened-classroom.ts'

type WithoutId<Command> = Command extends { id: string } ? Omit<Command, 'id'> : never

/** A command of staff as a screen gives it. */
export type StaffAction = WithoutId<StaffCommand>

/** Does something as staff, offline too; the returned id is that of the reply or poll which it makes, if it makes one. */
export async function performStaffAction(classroom: OpenedClassroom, action: StaffAction): Promise<string> {
  // Polls stand in the order of their ids; any other id that tells its moment would date the questions around it.
  const id = action.type === 'poll.create' ? uuidv7() : createRandomId()
  await enqueueStaff(classroom.storage, { ...clean(action), id })
  return id
}

function clean(action: StaffAction): StaffAction {
  switch (action.type) {
    case 'reply.answer':
      return { ...action, text: toOutgoingText(action.text) }
    case 'reply.judge':
      return action.text === undefined ? action : { ...action, text: toOutgoingText(action.text) }
    case 'question.judge':
      return { ...action, note: action.note === null ? null : toOutgoingText(action.note) }
    default:
      return action
  }
}
