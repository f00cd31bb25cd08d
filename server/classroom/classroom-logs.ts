import type { StaffCommand, StudentCommand } from '../../shared/classroom/commands.ts'
import type { ClassroomRefusal } from '../../shared/classroom/errors.ts'
import type { CreateClassroomBody, StaffCommandResult } from '../../shared/classroom/http.ts'
import type { ClassroomTable } from '../store/schema.ts'
import { createClassroomCommits, type ClassroomCommitsOptions } from './classroom-commits.ts'
import type { ClassroomAudience } from './audience.ts'
import { createClassroom, type ClassroomKeys } from './create-classroom.ts'
import { loadClassroomSince, pullClassroom, type ClassroomChanges, type ClassroomPull } from './pull-classroom.ts'

export type { ClassroomAudience, ClassroomChanges, ClassroomKeys, ClassroomPull }

export interface StudentSubmission {
  command: StudentCommand
  /** Of a token that was found to be of this classroom's issuer; null when none came along. */
  tokenHash: string | null
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

export function createClassroomLogs(options: ClassroomCommitsOptions): ClassroomLogs {
  const { store, clock } = options
  const commits = createClassroomCommits(options)

  return {
    async submitStudent(classroomId, { command, tokenHash }) {
      const [decision] = await commits.submit(classroomId, [{ by: 'student', command, keptFor: null, tokenHash }])
      if (decision === undefined) throw new Error('the log decided nothing about a command')
      return decision
    },
    async submitStaff(classroomId, userId, commands) {
      const decisions = await commits.submit(
        classroomId,
        commands.map((command) => ({ by: 'staff', command, keptFor: userId })),
      )
      return commands.map(({ id }, index): StaffCommandResult => {
        const decision = decisions[index]
        if (decision === undefined) throw new Error('the log decided fewer commands than it took')
        return 'code' in decision
          ? { status: 'refused', id, code: decision.code, message: decision.message }
          : { status: 'accepted', id, seq: decision.seq }
      })
    },
    pull: (classroomId, audience, from) => pullClassroom(store, classroomId, audience, from),
    loadSince: (classroomId, audience, from, limit) => loadClassroomSince(store, classroomId, audience, from, limit),
    find: (classroomId) =>
      store.db.selectFrom('classroom').selectAll().where('id', '=', classroomId).executeTakeFirst(),
    async findStaff(classroomId, userId) {
      const found = await store.db
        .selectFrom('classroom_staff')
        .select('role')
        .where('user_id', '=', userId)
        .where('classroom_id', '=', classroomId)
        .where('removed', '=', 0)
        .executeTakeFirst()
      return found?.role
    },
    create: (userId, body, keys) => createClassroom(store, userId, body, keys, clock.now()),
    close: commits.close,
  }
}
