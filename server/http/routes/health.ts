import { isHealthy } from '../../ops/is-healthy.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'

export function health({ store }: AppParts): AppHandler {
  return async (c) => ((await isHealthy(store)) ? c.json({ status: 'ok' }) : c.json({ status: 'unavailable' }, 503))
}
