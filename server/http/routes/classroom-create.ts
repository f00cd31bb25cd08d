import { createClassroomBody } from '../../../shared/classroom/http.ts'
import { makeClassroom } from '../../classroom/make-classroom.ts'
import { answerClassroomRefusal } from '../classroom-answers.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'
import { withBody } from '../input.ts'

export function createClassroom({ store, now }: AppParts): AppHandler {
  return withBody(createClassroomBody, async (c, body) => {
    const outcome = await makeClassroom(store, c.var.session.userId, body, now())
    return 'message' in outcome ? answerClassroomRefusal(c, outcome) : c.json(outcome)
  })
}
