import type { Refusal } from '../../shared/protocol/errors.ts'

/** Why something about an account was not done: a refusal that stands, or a limit that passes. */
export type Denied = { kind: 'refused'; refusal: Refusal } | Limited
export interface Limited {
  kind: 'limited'
  retryAfterMs: number
}
