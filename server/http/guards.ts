import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { refusal } from '../../shared/protocol/errors.ts'
import { BODY_BYTES_MAX } from '../../shared/protocol/limits.ts'
import { isOwnOrigin } from '../accounts/own-origin.ts'
import { answerRefusal } from './answers.ts'
import type { AppParts } from './app-parts.ts'
import { admitCaller } from './caller.ts'
import type { AppContext, Env } from './context.ts'

/** What only reads may be asked for from anywhere: other sites cannot see the answer. */
const READING = new Set(['GET', 'HEAD'])

export function ownOrigin(config: { publicUrl: URL | undefined }) {
  return createMiddleware<Env>(async (c, next) => {
    if (READING.has(c.req.method) || isOwnOrigin(c.req.header(), config)) return next()
    return answerRefusal(c, refusal('foreign_origin'))
  })
}

/** A form of another site cannot send JSON without asking first, and we never allow it (Fetch standard, "CORS-safelisted"). */
export const jsonOnly = createMiddleware<Env>(async (c, next) => {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (c.req.method !== 'POST' || type === 'application/json') return next()
  return answerRefusal(c, refusal('bad_request', 'Send JSON, with the header "content-type: application/json".'))
})

/** What tus sends is no JSON and may be large; a header that only a script of our own pages can set comes with it. */
export function isUpload(c: AppContext): boolean {
  return /^\/api\/uploads(?:\/[^/]*)?$/.test(c.req.path)
}

export const smallBody = createMiddleware<Env>((c, next) => {
  const onError = () => answerRefusal(c, refusal('too_large'))
  return bodyLimit({ maxSize: BODY_BYTES_MAX, onError })(c, next)
})

export function signedIn(parts: Pick<AppParts, 'accounts' | 'settings'>) {
  return createMiddleware<Env>(async (c, next) => {
    const session = await admitCaller(parts, c)
    if ('code' in session) return answerRefusal(c, session)
    c.set('session', session)
    return next()
  })
}
