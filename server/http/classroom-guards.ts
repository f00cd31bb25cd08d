import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { refuse } from '../../shared/classroom/errors.ts'
import { CLASSROOM_HEADER, CLASSROOM_VERSION, CLASSROOM_VERSION_MIN } from '../../shared/classroom/version.ts'
import { CLASSROOM_BODY_BYTES_MAX } from '../../shared/classroom/limits.ts'
import { answerClassroomRefusal } from './classroom-answers.ts'
import type { Env } from './context.ts'
import { toSpokenVersion } from './spoken-version.ts'

const SPOKEN = { min: CLASSROOM_VERSION_MIN, max: CLASSROOM_VERSION }

/** Every answer about classrooms says that it is ours, and is kept by nobody on the way. */
export const classroomHeaders = createMiddleware<Env>(async (c, next) => {
  await next()
  c.header('cache-control', 'no-store')
  c.header(CLASSROOM_HEADER, String(toSpokenVersion(c.req.header(CLASSROOM_HEADER), SPOKEN)))
})

export const smallClassroomBody = createMiddleware<Env>((c, next) => {
  const onError = () => answerClassroomRefusal(c, refuse('too_large'))
  return bodyLimit({ maxSize: CLASSROOM_BODY_BYTES_MAX, onError })(c, next)
})
