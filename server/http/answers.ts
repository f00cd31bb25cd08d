import { type ErrorBody, ERRORS, refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { Denied } from '../accounts/denied.ts'
import type { AppContext } from './context.ts'

type Details = Omit<ErrorBody['error'], 'code' | 'message'>

export function answerRefusal(c: AppContext, { code, message }: Refusal, details: Details = {}): Response {
  return c.json<ErrorBody>({ error: { code, message, ...details } }, ERRORS[code].status)
}

export function answerLimited(c: AppContext, retryAfterMs: number): Response {
  c.header('retry-after', String(Math.ceil(retryAfterMs / 1000)))
  return answerRefusal(c, refusal('too_many_tries'), { retryAfterMs })
}

export function answerDenied(c: AppContext, denied: Denied): Response {
  return denied.kind === 'limited' ? answerLimited(c, denied.retryAfterMs) : answerRefusal(c, denied.refusal)
}

/** Done, and there is nothing to tell. */
export function answerDone(c: AppContext): Response {
  return c.body(null, 204)
}
