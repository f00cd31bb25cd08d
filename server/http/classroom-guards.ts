import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { refuse } from '../../shared/classroom/errors.ts'
import { CLASSROOM_HEADER, CLASSROOM_VERSION, CLASSROOM_VERSION_MIN } from '../../shared/classroom/version.ts'
import { CLASSROOM_BODY_BYTES_MAX, PHOTO_PIECE_BYTES_MAX } from '../../shared/classroom/limits.ts'
import { answerClassroomRefusal } from './classroom-answers.ts'
import type { AppContext, Env } from './context.ts'
import { toSpokenVersion } from './spoken-version.ts'

const SPOKEN = { min: CLASSROOM_VERSION_MIN, max: CLASSROOM_VERSION }

/** The version in which a request about classrooms is answered. */
export function findSpokenClassroomVersion(c: AppContext): number {
  return toSpokenVersion(c.req.header(CLASSROOM_HEADER), SPOKEN)
}

/** Every answer about classrooms says that it is ours, and is kept by nobody on the way. */
export const classroomHeaders = createMiddleware<Env>(async (c, next) => {
  await next()
  c.header('cache-control', 'no-store')
  c.header(CLASSROOM_HEADER, String(findSpokenClassroomVersion(c)))
})

export const smallClassroomBody = limitBody(CLASSROOM_BODY_BYTES_MAX)
export const smallPhotoPiece = limitBody(PHOTO_PIECE_BYTES_MAX)

function limitBody(maxSize: number) {
  return createMiddleware<Env>((c, next) => {
    const onError = () => answerClassroomRefusal(c, refuse('too_large'))
    return bodyLimit({ maxSize, onError })(c, next)
  })
}

/** What tus sends is no JSON, and may be large; a header that only a script of our own pages can set comes with it. */
export function isPhotoUpload(c: AppContext): boolean {
  return /^\/q\/api\/[^/]+\/uploads(?:\/[^/]+)?$/.test(c.req.path)
}
