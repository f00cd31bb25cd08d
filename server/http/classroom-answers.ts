import { CLASSROOM_ERRORS, type ClassroomErrorBody, type ClassroomRefusal } from '../../shared/classroom/errors.ts'
import type { Admission } from '../classroom/limits.ts'
import type { AppContext } from './context.ts'

type Details = Omit<ClassroomErrorBody['error'], 'code' | 'message'>

export function answerClassroomRefusal(
  c: AppContext,
  { code, message }: ClassroomRefusal,
  details: Details = {},
): Response {
  if (details.retryAfterMs !== undefined) c.header('retry-after', String(Math.ceil(details.retryAfterMs / 1000)))
  return c.json<ClassroomErrorBody>({ error: { code, message, ...details } }, CLASSROOM_ERRORS[code].status)
}

/** What the limits of a classroom's link say. */
export function answerLimited(
  c: AppContext,
  { refusal, retryAfterMs, challenge }: Extract<Admission, { kind: 'limited' }>,
): Response {
  return answerClassroomRefusal(c, refusal, {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(challenge !== undefined && { challenge }),
  })
}
