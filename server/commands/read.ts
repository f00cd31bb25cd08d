import { refusal } from '../../shared/protocol/errors.ts'
import type { Batch } from '../campus/batch.ts'
import { addPair } from '../campus/needs.ts'
import { findOwn, needConversation } from './access.ts'
import { advanceDelivery, advanceSeen, needReceipts } from './receipts.ts'
import type { Rule } from './rule.ts'

export const read: Rule<'read'> = {
  needs(needs, userId, { conversationId }) {
    needConversation(needs, conversationId, userId)
    addPair(needs.personal, conversationId, userId)
    needs.preferences.add(userId)
    needReceipts(needs, conversationId, userId)
  },
  decide(batch, userId, { conversationId, n: reported }) {
    const conversation = findOwn(batch, conversationId, userId)
    if (conversation === undefined) return refusal('not_a_member')
    const n = Math.min(reported, conversation.last_n)
    // What goes no further was said before, perhaps before the conversation was marked as unread by hand.
    if (n <= findReadN(batch, conversationId, userId)) return undefined
    const setting = batch.findSetting(conversationId, userId)
    if (setting?.markedUnread === true) batch.setPersonal(userId, { ...setting, markedUnread: false })
    advanceReading(batch, conversationId, userId, n)
    advanceDelivery(batch, conversation, userId, n)
    advanceSeen(batch, conversation, userId, n)
    return undefined
  },
}

export function findReadN(batch: Batch, conversationId: string, userId: string): number {
  return batch.findReading(conversationId, userId)?.n ?? 0
}

/** A read position only moves forward. */
export function advanceReading(batch: Batch, conversationId: string, userId: string, n: number): void {
  if (n <= findReadN(batch, conversationId, userId)) return
  batch.setReading({ conversation_id: conversationId, user_id: userId, seq: 0, n })
}
