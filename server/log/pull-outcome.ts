import type { Refusal } from '../../shared/protocol/errors.ts'
import type { PullPage } from '../../shared/protocol/http.ts'

export interface PullInput {
  log: string
  epoch: string
  cursor: number
  next: string | null
}

/** `reset`: the client stands in another log than this one, and pulls afresh from 0. */
export type PullOutcome =
  | { kind: 'page'; page: PullPage }
  | { kind: 'reset'; code: 'epoch_changed' | 'cursor_ahead'; epoch: string; start: number }
  | { kind: 'refused'; refusal: Refusal }
