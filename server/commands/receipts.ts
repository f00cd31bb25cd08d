import { SEEN_STEPS_MAX } from '../../shared/protocol/limits.ts'
import type { Batch } from '../campus/batch.ts'
import { toSteps, UNTOLD } from '../campus/receipts.ts'
import type { ConversationTable, ReceiptTable } from '../store/schema.ts'
import { tellsReceipts } from './access.ts'

/** When somebody read is told no more exactly than that: so many who read at about one time are told in one word. */
const SEEN_AT_STEP_MS = 1_000

/** A device of theirs holds everything up to n: a position that only moves forward. */
export function advanceDelivery(batch: Batch, conversation: ConversationTable, userId: string, n: number): void {
  if (!tellsReceipts(conversation)) return
  const before = findReceipt(batch, conversation, userId)
  if (n <= before.delivered_n) return
  batch.keepReceipt({ ...before, delivered_n: n, untold: before.untold | UNTOLD.delivered })
}

/** They have read up to n, now; unless they keep it to themselves. A step that was not told yet gives way to this one. */
export function advanceSeen(batch: Batch, conversation: ConversationTable, userId: string, n: number): void {
  if (!tellsReceipts(conversation) || batch.findPreference(userId)?.seen === 0) return
  const before = findReceipt(batch, conversation, userId)
  const steps = toSteps(before)
  if (n <= (steps.at(-1)?.n ?? 0)) return
  const told = (before.untold & UNTOLD.seen) > 0 ? steps.slice(0, -1) : steps
  const after = [...told, { n, at: batch.now - (batch.now % SEEN_AT_STEP_MS) }].slice(-SEEN_STEPS_MAX)
  batch.keepReceipt({ ...before, steps: JSON.stringify(after), untold: before.untold | UNTOLD.seen })
}

function findReceipt(batch: Batch, { id }: ConversationTable, userId: string): ReceiptTable {
  const key = { conversation_id: id, user_id: userId }
  const none = { seq: 0, delivered_n: 0, delivered_seq: 0, steps: '[]', seen_seq: 0, untold: 0 }
  return batch.findReceipt(id, userId) ?? { ...key, ...none }
}
