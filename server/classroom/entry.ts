import type { StaffCommand, StudentCommand } from '../../shared/classroom/commands.ts'
import type { Submission } from '../log/group-commit.ts'

/** A student's command. Nothing of it is kept but what it makes. */
export interface StudentEntry extends Submission {
  by: 'student'
  command: StudentCommand
  keptFor: null
  tokenHash: string | null
}

export interface StaffEntry extends Submission {
  by: 'staff'
  command: StaffCommand
  keptFor: string
}

/** What is on its way into a classroom's log. */
export type ClassroomEntry = StudentEntry | StaffEntry
