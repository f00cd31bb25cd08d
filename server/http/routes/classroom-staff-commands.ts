import { refuse } from '../../../shared/classroom/errors.ts'
import { staffCommandsBody } from '../../../shared/classroom/http.ts'
import { holdFiles, listNamedFiles } from '../../classroom/answer-files.ts'
import { findStaff } from '../../classroom/find-classroom.ts'
import { refuseStranger } from '../../classroom/refuse-stranger.ts'
import { submitStaffCommands } from '../../classroom/submit.ts'
import { answerClassroomRefusal } from '../classroom-answers.ts'
import type { AppParts } from '../app-parts.ts'
import { getClassroomId } from '../classroom-id.ts'
import type { AppHandler } from '../context.ts'
import { withBody } from '../input.ts'

export function staffCommands({ store, classrooms: { sequencer }, now }: AppParts): AppHandler {
  return withBody(staffCommandsBody, async (c, { commands, lineage, cursor }) => {
    const classroomId = getClassroomId(c)
    const { userId } = c.var.session
    if ((await findStaff(store.db, classroomId, userId)) === undefined) {
      return answerClassroomRefusal(c, await refuseStranger(store.db, classroomId))
    }
    await holdFiles(store.db, userId, listNamedFiles(commands), now())
    const results = await submitStaffCommands(sequencer, classroomId, userId, commands, { lineage, cursor })
    const isElsewhere = results.some((result) => result.status === 'refused' && result.code === 'lineage_ended')
    return isElsewhere ? answerClassroomRefusal(c, refuse('lineage_ended')) : c.json({ results })
  })
}
