import { COSTS_TOKEN, type StudentCommand, type Token } from '../../../shared/classroom/commands.ts'
import { type ClassroomRefusal, refuse } from '../../../shared/classroom/errors.ts'
import { studentCommandBody } from '../../../shared/classroom/http.ts'
import { findClassroom } from '../../classroom/find-classroom.ts'
import { submitStudentCommand } from '../../classroom/submit.ts'
import { isTokenOf, toTokenHash } from '../../classroom/issuer.ts'
import { answerClassroomRefusal, answerLimited } from '../classroom-answers.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'
import { withBody } from '../input.ts'
import { getClassroomId } from '../classroom-id.ts'

/** One command of somebody unknown. The limits of the link come before the log is touched. */
export function studentCommands({ store, classrooms: { sequencer, limits } }: AppParts): AppHandler {
  return withBody(studentCommandBody, async (c, { command, token, work }) => {
    const classroom = await findClassroom(store.db, getClassroomId(c))
    if (classroom === undefined) return answerClassroomRefusal(c, refuse('not_found'))
    const admission = await limits.admit(classroom, command, work)
    if (admission.kind === 'limited') return answerLimited(c, admission)
    const paid = payWith(classroom.issuer_public, command, token)
    let isTaken = false
    try {
      const outcome = 'code' in paid ? paid : await submitStudentCommand(sequencer, classroom.id, { command, ...paid })
      isTaken = !('code' in outcome)
      return 'code' in outcome ? answerClassroomRefusal(c, outcome) : c.json({ seq: outcome.seq })
    } finally {
      if (!isTaken) admission.refused()
    }
  })
}

/** A token that costs nothing here is not looked at, and so not spent. */
function payWith(
  issuer: string | null,
  command: StudentCommand,
  token: Token | null,
): { tokenHash: string | null } | ClassroomRefusal {
  if (issuer === null || token === null || !COSTS_TOKEN.includes(command.type)) return { tokenHash: null }
  return isTokenOf(issuer, token) ? { tokenHash: toTokenHash(token) } : refuse('bad_token')
}
