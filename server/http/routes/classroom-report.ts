import { refuse } from '../../../shared/classroom/errors.ts'
import { questionReportBody } from '../../../shared/operate/http.ts'
import { findClassroom } from '../../classroom/find-classroom.ts'
import { reportQuestion as report } from '../../classroom/report-question.ts'
import { answerClassroomRefusal, answerLimited } from '../classroom-answers.ts'
import type { AppParts } from '../app-parts.ts'
import { getClassroomId } from '../classroom-id.ts'
import type { AppHandler } from '../context.ts'
import { withBody } from '../input.ts'

/** Somebody, who is nobody, thinks that a moderator should see a question. */
export function reportQuestion({ store, now, classrooms: { limits } }: AppParts): AppHandler {
  return withBody(questionReportBody, async (c, { work, ...reported }) => {
    const classroom = await findClassroom(store.db, getClassroomId(c))
    if (classroom === undefined) return answerClassroomRefusal(c, refuse('not_found'))
    const admission = await limits.admit(classroom, { type: 'report' }, work)
    if (admission.kind === 'limited') return answerLimited(c, admission)
    const refused = await report(store.db, classroom, reported, now())
    return refused === undefined ? c.body(null, 204) : answerClassroomRefusal(c, refused)
  })
}
