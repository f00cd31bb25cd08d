import type { ReplyView } from '../../data/classroom/views.ts'
import { unreachable } from '../../../shared/unreachable.ts'

export interface ReplyWords {
  by: string
  /** The name of the whole. */
  label: string
  /** What became of it, where it is not simply shown. */
  state: string | null
}

export function toReplyWords(reply: ReplyView): ReplyWords {
  const by = toBy(reply)
  return { by, label: reply.by === 'staff' ? `Answer of ${by}` : `Reply of ${by.toLowerCase()}`, state: toState(reply) }
}

function toBy({ by, staffName }: ReplyView): string {
  switch (by) {
    case 'staff':
      return staffName ?? 'Staff'
    case 'asker':
      return 'The asker'
    case 'someone':
      return 'Somebody'
    default:
      return unreachable(by)
  }
}

function toState({ state, waiting }: ReplyView): string | null {
  if (waiting === 'withdraw') return 'Being withdrawn'
  switch (state) {
    case 'shown':
      return null
    case 'waiting':
      return 'Waiting'
    case 'held':
      return 'Held: the staff look at it first'
    case 'dismissed':
      return 'Dismissed'
    case 'withdrawn':
      return 'Withdrawn'
    default:
      return unreachable(state)
  }
}
