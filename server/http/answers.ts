import { type ErrorBody, ERRORS, refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { Denied } from '../accounts/denied.ts'
import { toKnownCode } from '../../shared/protocol/known-codes.ts'
import type { AppContext } from './context.ts'
import { findSpokenVersion } from './headers.ts'

type Details = Omit<ErrorBody['error'], 'code' | 'message'>

export function answerRefusal(c: AppContext, refused: Refusal, details: Details = {}): Response {
  const { message, retryAfterMs } = refused
  const code = toKnownCode(findSpokenVersion(c), refused.code)
  if (retryAfterMs !== undefined) c.header('retry-after', String(Math.ceil(retryAfterMs / 1000)))
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs }
  return c.json<ErrorBody>({ error: { code, message, ...wait, ...details } }, ERRORS[code].status)
}

export function answerLimited(c: AppContext, retryAfterMs: number): Response {
  return answerRefusal(c, { ...refusal('too_many_tries'), retryAfterMs })
}

export function answerDenied(c: AppContext, denied: Denied): Response {
  return denied.kind === 'limited' ? answerLimited(c, denied.retryAfterMs) : answerRefusal(c, denied.refusal)
}

/** Done, and there is nothing to tell. */
export function answerDone(c: AppContext): Response {
  return c.body(null, 204)
}
