import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { staffCommand, type StaffCommand, type StudentCommand } from '../../shared/classroom/commands.ts'
import { refuse, type ClassroomRefusal } from '../../shared/classroom/errors.ts'
import { classroomLog } from '../../shared/classroom/fields.ts'
import type { StaffCommandResult } from '../../shared/classroom/http.ts'
import { isRefused } from '../log/group-commit.ts'
import type { LogPosition } from '../log/lineage.ts'
import type { Sequencer } from '../log/sequencer.ts'
import { submitEach } from '../log/submit-each.ts'
import type { Classroom, StaffEntry, StudentEntry } from './types.ts'

/** Resolves with the position at which it took effect. Throws `StoreUnavailable`. */
export async function submitStudentCommand(
  sequencer: Pick<Sequencer<Classroom>, 'submit'>,
  classroomId: string,
  { command, tokenHash }: { command: StudentCommand } & Pick<StudentEntry, 'tokenHash'>,
): Promise<{ seq: number } | ClassroomRefusal> {
  const entry: StudentEntry = { by: 'student', command, keptFor: null, tokenHash }
  const [decision] = await sequencer.submit(classroomLog(classroomId), [entry])
  if (decision === undefined) throw new Error('the log decided nothing about a command')
  return decision
}

/** Takes a question away that was reported, as a moderator of this ChatBox does. Throws `StoreUnavailable`. */
export async function takeQuestionAway(
  sequencer: Pick<Sequencer<Classroom>, 'submit'>,
  classroomId: string,
  questionId: string,
): Promise<ClassroomRefusal | undefined> {
  const command = { type: 'question.take-away', id: uuidv7(), questionId } as const
  const [decision] = await sequencer.submit(classroomLog(classroomId), [{ by: 'moderator', command, keptFor: null }])
  return decision !== undefined && isRefused(decision) ? decision : undefined
}

/** Takes what a device of staff sent, and answers each command in order. Throws `StoreUnavailable`. */
export async function submitStaffCommands(
  sequencer: Pick<Sequencer<Classroom>, 'submit'>,
  classroomId: string,
  userId: string,
  received: readonly { id: string }[],
  from?: LogPosition,
): Promise<StaffCommandResult[]> {
  return submitEach<Classroom>(received, {
    parse(content) {
      const parsed = v.safeParse(staffCommand, content)
      return parsed.success ? { entry: toStaffEntry(userId, parsed.output, from) } : { issues: parsed.issues }
    },
    refuse: (sentence) => refuse('bad_request', sentence),
    submit: (entries) => sequencer.submit(classroomLog(classroomId), entries),
  })
}

/** Reading only goes forward: no id of it is kept, for its time and its fingerprint would date a question. */
function toStaffEntry(userId: string, command: StaffCommand, from?: LogPosition): StaffEntry {
  return { by: 'staff', command, userId, keptFor: command.type === 'staff.read' ? null : userId, from }
}
