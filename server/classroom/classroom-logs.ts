import type { StaffCommand, StudentCommand } from '../../shared/classroom/commands.ts'
import type { ClassroomRefusal } from '../../shared/classroom/errors.ts'
import type { ClassroomPullPage, CreateClassroomBody, StaffCommandResult } from '../../shared/classroom/http.ts'
import type { ClassroomLogRow } from '../../shared/classroom/rows.ts'
import type { ClassroomTable } from '../store/schema.ts'

/** For whom rows are read: everybody in the room gets the same ones, staff get more. */
export type ClassroomAudience = 'room' | 'staff'

export interface StudentSubmission {
  command: StudentCommand
  /** Of a token that was found to be of this classroom's issuer; null when none came along. */
  tokenHash: string | null
}

export type ClassroomPull =
  | { kind: 'page'; page: Omit<ClassroomPullPage, 'devices'> }
  /** The client stands in another log than this one, and pulls afresh from 0. */
  | { kind: 'reset'; code: 'epoch_changed' | 'cursor_ahead'; epoch: string }
  | { kind: 'not_found' }

export interface ClassroomChanges {
  epoch: string
  head: number
  /** Every row that changed after the asked-for position, or null when there are more than were asked for. */
  rows: ClassroomLogRow[] | null
}

/** What a classroom is made of besides its settings; whoever makes it draws these. */
export interface ClassroomKeys {
  id: string
  code: string
  issuerPublic: string | null
  issuerPrivate: string | null
  challengeKey: string
}

/** The logs of all classrooms, as this process reads and writes them. */
export interface ClassroomLogs {
  /** Resolves with the position at which it took effect. Throws `StoreUnavailable`. */
  submitStudent(classroomId: string, submission: StudentSubmission): Promise<{ seq: number } | ClassroomRefusal>
  /** Resolves with a result for each command, in order. Throws `StoreUnavailable`. */
  submitStaff(classroomId: string, userId: string, commands: readonly StaffCommand[]): Promise<StaffCommandResult[]>
  /** Reads one page in one snapshot; an epoch of '' is that of a client without one. */
  pull(
    classroomId: string,
    audience: ClassroomAudience,
    from: { epoch: string; cursor: number },
  ): Promise<ClassroomPull>
  /** Reads all that changed after `from`, at most `limit` rows. Throws when there is no such classroom. */
  loadSince(classroomId: string, audience: ClassroomAudience, from: number, limit: number): Promise<ClassroomChanges>
  find(classroomId: string): Promise<ClassroomTable | undefined>
  /** The role of whoever answers there now. */
  findStaff(classroomId: string, userId: string): Promise<'owner' | 'staff' | undefined>
  /** Makes the classroom, its log and its owner at once; `taken` when its id or code is another one's. */
  create(userId: string, body: CreateClassroomBody, keys: ClassroomKeys): Promise<'made' | 'taken'>
  /** Resolves when all that was submitted is answered. */
  close(): Promise<void>
}
