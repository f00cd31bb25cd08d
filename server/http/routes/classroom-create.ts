import { createClassroomBody } from '../../../shared/classroom/http.ts'
import { refuse } from '../../../shared/classroom/errors.ts'
import { makeClassroom } from '../../classroom/make-classroom.ts'
import { answerClassroomRefusal } from '../classroom-answers.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'
import { withBody } from '../input.ts'

const TOO_MANY = 'That were many classrooms in one day. Wait a little and make this one then.'

export function createClassroom({ store, now, limits }: AppParts): AppHandler {
  return withBody(createClassroomBody, async (c, body) => {
    const slowed = await limits.take(c.var.session.userId, 'classrooms', 1)
    if (slowed !== undefined) return answerClassroomRefusal(c, refuse('too_many_tries', TOO_MANY), slowed)
    const outcome = await makeClassroom(store, c.var.session.userId, body, now())
    return 'message' in outcome ? answerClassroomRefusal(c, outcome) : c.json(outcome)
  })
}
