import { SEEN_STEPS_MAX } from '../../shared/protocol/limits.ts'
import type { DeliveryRow, SeenRow } from '../../shared/protocol/rows.ts'
import type { Batch } from '../campus/batch.ts'
import type { ConversationTable } from '../store/schema.ts'
import { tellsReceipts } from './access.ts'

/** A device of theirs holds everything up to n: a position that only moves forward. */
export function advanceDelivery(batch: Batch, conversation: ConversationTable, userId: string, n: number): void {
  if (!tellsReceipts(conversation)) return
  const none: DeliveryRow = { type: 'delivery', seq: 0, conversationId: conversation.id, userId, n: 0 }
  const before = batch.findAnnotation(none) ?? none
  if (n > before.n) batch.setAnnotation({ ...before, n })
}

/** They have read up to n, now; unless they keep it to themselves. */
export function advanceSeen(batch: Batch, conversation: ConversationTable, userId: string, n: number): void {
  if (!tellsReceipts(conversation) || batch.findPreference(userId)?.seen === 0) return
  const none: SeenRow = { type: 'seen', seq: 0, conversationId: conversation.id, userId, steps: [] }
  const before = batch.findAnnotation(none) ?? none
  if (n <= (before.steps.at(-1)?.n ?? 0)) return
  batch.setAnnotation({ ...before, steps: [...before.steps, { n, at: batch.now }].slice(-SEEN_STEPS_MAX) })
}
