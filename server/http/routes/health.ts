import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'

/** The process lives. Nothing else is asked: one that waits for its database must not be started again for it. */
export function health(): AppHandler {
  return (c) => c.json({ status: 'ok' })
}

/** Whether people may be sent here just now. */
export function ready({ readiness }: Pick<AppParts, 'readiness'>): AppHandler {
  return async (c) => {
    const report = await readiness.check()
    return c.json(report, report.status === 'ready' ? 200 : 503)
  }
}
