import { answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'

export function finishUpload({ files }: AppParts): AppHandler {
  return async (c) => {
    const file = await files.finish(c.var.session.userId, c.req.param('id') ?? '')
    return 'code' in file ? answerRefusal(c, file) : c.json({ file })
  }
}
