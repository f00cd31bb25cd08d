import * as v from 'valibot'
import type { StaffCommand, StudentCommand } from '../../shared/classroom/commands.ts'
import type { ClassroomRefusal } from '../../shared/classroom/errors.ts'
import type { ClassroomLogRow } from '../../shared/classroom/rows.ts'
import type { Channel } from '../bus/bus.ts'
import { committed } from '../log/committed.ts'
import type { Committed } from '../log/group-commit.ts'
import type { KindTypes, Submission } from '../log/kind.ts'

/** For whom rows are read: everybody in the classroom gets the same ones, staff get more. */
export type ClassroomAudience = 'everybody' | 'staff'

/** A student's command. Nothing of it is kept but what it makes. */
export interface StudentEntry extends Submission {
  by: 'student'
  command: StudentCommand
  keptFor: null
  /** Of a token that was found to be of this classroom's issuer; null when none came along. */
  tokenHash: string | null
}

export interface StaffEntry extends Submission {
  by: 'staff'
  command: StaffCommand | LeaveStaff
  /** Whoever gives the command. */
  userId: string
}

/** Whoever deletes their account leaves the staff: no client asks for it. */
export interface LeaveStaff {
  type: 'staff.leave'
  id: string
}

/** A moderator of this ChatBox takes away what was reported: they need not answer there, and nothing says which of them it was. */
export interface ModeratorEntry extends Submission {
  by: 'moderator'
  command: { type: 'question.take-away'; id: string; questionId: string }
  keptFor: null
}

/** What is on its way into a classroom's log. */
export type ClassroomEntry = StudentEntry | StaffEntry | ModeratorEntry

/** Of students nothing is known but that somebody reads. */
export type ClassroomReader = { audience: 'everybody' } | { audience: 'staff'; userId: string }

export interface Classroom extends KindTypes {
  row: ClassroomLogRow
  audience: ClassroomAudience
  reader: ClassroomReader
  entry: ClassroomEntry
  refusal: ClassroomRefusal
}

/** What the processes tell each other of a classroom's log: that it changed, never what or by whom. */
export const classroomChannel: Channel<Committed<Classroom>> = {
  name: 'classroom',
  schema: v.object({ ...committed, rows: v.null() }),
}

/** What is said of a log that was deleted: nothing follows on it, so whoever hears it looks, and finds none. */
export function toDeleted(log: string): Committed<Classroom> {
  return { log, lineage: { id: '', start: 0 }, from: 0, to: 0, rows: null }
}
