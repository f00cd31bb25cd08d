import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { SEEN_STEPS_MAX } from '../../shared/protocol/limits.ts'
import type { Batch } from '../campus/batch.ts'
import { addPair, type Needs } from '../campus/needs.ts'
import { toSteps, UNPUBLISHED } from '../campus/receipts.ts'
import type { ConversationTable, ReceiptTable } from '../store/schema.ts'
import { hasReceipts } from './access.ts'

/** When somebody read is published no more exactly than that, so that those who read at about one time share an entry. */
const SEEN_AT_STEP_MS = 1_000

/** Receipts of one member. Where somebody is whom they blocked, they give none: to all there they are one who keeps it to themselves. */
export function needReceipts(needs: Needs, conversationId: string, userId: string): void {
  addPair(needs.receipts, conversationId, userId)
  if (conversationId !== EVERYONE_ID) addPair(needs.shunning, conversationId, userId)
}

/** A device of theirs holds everything up to n: a position that only moves forward. */
export function advanceDelivery(batch: Batch, conversation: ConversationTable, userId: string, n: number): void {
  if (!hasReceipts(conversation) || batch.isShunning(conversation.id, userId)) return
  const before = findReceipt(batch, conversation, userId)
  if (n <= before.delivered_n) return
  batch.keepReceipt({ ...before, delivered_n: n, unpublished: before.unpublished | UNPUBLISHED.delivered })
}

/** They have read up to n, now; unless they keep it to themselves. A step that was not published yet gives way to this one. */
export function advanceSeen(batch: Batch, conversation: ConversationTable, userId: string, n: number): void {
  if (!hasReceipts(conversation) || batch.findPreference(userId)?.seen === 0) return
  if (batch.isShunning(conversation.id, userId)) return
  const before = findReceipt(batch, conversation, userId)
  const steps = toSteps(before)
  if (n <= (steps.at(-1)?.n ?? 0)) return
  const published = (before.unpublished & UNPUBLISHED.seen) > 0 ? steps.slice(0, -1) : steps
  const after = [...published, { n, at: batch.now - (batch.now % SEEN_AT_STEP_MS) }].slice(-SEEN_STEPS_MAX)
  batch.keepReceipt({ ...before, steps: JSON.stringify(after), unpublished: before.unpublished | UNPUBLISHED.seen })
}

function findReceipt(batch: Batch, { id }: ConversationTable, userId: string): ReceiptTable {
  const key = { conversation_id: id, user_id: userId }
  const none = { seq: 0, delivered_n: 0, delivered_seq: 0, steps: '[]', seen_seq: 0, unpublished: 0 }
  return batch.findReceipt(id, userId) ?? { ...key, ...none }
}
