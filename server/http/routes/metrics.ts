import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'

/** Behind a token, where one is set; otherwise there is no such path here. */
export function metrics({ answerMetrics }: Pick<AppParts, 'answerMetrics'>): AppHandler {
  return async (c) => {
    if (answerMetrics === undefined) return c.text('Not found', 404)
    const { status, headers, body } = await answerMetrics(c.req.header('authorization'))
    return c.body(body, status, headers)
  }
}
