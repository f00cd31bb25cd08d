import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'

export function fileSpace({ files }: AppParts): AppHandler {
  return async (c) => c.json(await files.findSpace(c.var.session.userId))
}
