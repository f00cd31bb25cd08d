import { refuse } from '../../../shared/classroom/errors.ts'
import { hashFollowUp, hashReceipt } from '../receipt.ts'
import type { StudentRule } from './rule.ts'

/** Always possible: also when nothing else is any more. */
export const withdrawReply: StudentRule<'reply.withdraw'> = {
  needs(needs, { replyId }) {
    needs.replies.add(replyId)
  },
  decide(batch, { replyId, receipt }) {
    const reply = batch.findReply(replyId)
    if (reply === undefined) return refuse('not_found')
    const hash = hashReceipt(receipt)
    const expected = reply.author === 'asker' ? hashFollowUp(hash, replyId) : hash
    if (reply.author === 'staff' || reply.receipt_hash !== expected) return refuse('wrong_receipt')
    if (reply.state !== 'withdrawn') batch.setReply({ ...reply, state: 'withdrawn', text: null })
    return undefined
  },
}
