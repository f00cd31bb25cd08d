import { uuidv7 } from 'uuidv7'
import type { StaffCommand } from '../../../shared/classroom/commands.ts'
import { enqueueStaff } from '../../sync/classroom/send-desk.ts'
import type { Room } from './room.ts'

type WithoutId<Command> = Command extends { id: string } ? Omit<Command, 'id'> : never

/** A command of staff as a screen gives it. */
export type Act = WithoutId<StaffCommand>

/** Does something as staff, offline too; the returned id is that of the reply or poll which it makes, if it makes one. */
export async function act(room: Room, command: Act): Promise<string> {
  const id = uuidv7()
  await enqueueStaff(room.db, { ...command, id })
  return id
}
