import * as v from 'valibot'
import { staffCommand } from '../../shared/classroom/commands.ts'
import { refuse } from '../../shared/classroom/errors.ts'
import type { StaffCommandResult } from '../../shared/classroom/http.ts'
import { toIssueSentence } from '../commands/issue-sentence.ts'
import type { ClassroomLogs } from './classroom-logs.ts'

/**
 * Takes what a device of staff sent, and answers each command in order. One that is not in the form of the
 * contract is refused with a sentence; the others go on. Throws `StoreUnavailable`.
 */
export async function submitStaffCommands(
  logs: Pick<ClassroomLogs, 'submitStaff'>,
  classroomId: string,
  userId: string,
  received: readonly { id: string }[],
): Promise<StaffCommandResult[]> {
  const parsed = received.map((one) => v.safeParse(staffCommand, one))
  const commands = parsed.flatMap((one) => (one.success ? [one.output] : []))
  const answers = (await logs.submitStaff(classroomId, userId, commands)).values()
  return parsed.map((one, index): StaffCommandResult => {
    if (!one.success) {
      const sentence = `The command is not right: ${toIssueSentence(one.issues)}`
      return { status: 'refused', id: received[index]?.id ?? '', ...refuse('bad_request', sentence) }
    }
    const answer = answers.next()
    if (answer.done === true) throw new Error('the log answered fewer commands than it took')
    return answer.value
  })
}
