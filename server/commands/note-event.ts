import type { EventRow } from '../../shared/protocol/rows.ts'
import type { Batch } from '../campus/batch.ts'
import type { ConversationTable } from '../store/schema.ts'

/** A command that does something to a group which all its members see as a line. */
interface Cause {
  id: string
  /** It happened before, in what a log that was put back has lost. */
  again?: boolean | undefined
}

/** Notes what somebody did to a group, after its last message. The line has the id of its command, so there is one at most. */
export function noteEvent(
  batch: Batch,
  { id: conversationId, last_n: n }: Pick<ConversationTable, 'id' | 'last_n'>,
  byId: string,
  { id, again }: Cause,
  change: EventRow['change'],
): void {
  if (again !== true) batch.setEvent({ type: 'event', seq: 0, id, conversationId, n, at: batch.now, byId, change })
}
