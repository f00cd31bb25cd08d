import type { Limits } from './limits.ts'

/** Where nothing is limited: with `LIMITS=off`. */
export const NO_LIMITS: Limits = {
  admit: async (_, commands) => commands.map(() => undefined),
  take: async () => undefined,
  takeOf: async () => undefined,
}
