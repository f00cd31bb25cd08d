import { createMiddleware } from 'hono/factory'
import type { AnswerObserver } from '../metrics/observe-answers.ts'
import type { Env } from './context.ts'

/** Tells of each answer what it is about, in a word, and its status. */
export function countAnswers(observer: Pick<AnswerObserver, 'onAnswered'>) {
  return createMiddleware<Env>(async (c, next) => {
    await next()
    observer.onAnswered(toArea(c.req.path), c.res.status)
  })
}

function toArea(path: string): 'api' | 'app' | 'classroom' {
  if (/^\/(?:q|api\/classrooms)(?:\/|$)/.test(path)) return 'classroom'
  return path.startsWith('/api/') ? 'api' : 'app'
}
