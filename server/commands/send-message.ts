import { refusal } from '../../shared/protocol/errors.ts'
import { findOwn, needConversation } from './access.ts'
import { advanceReading, findReadN } from './read.ts'
import type { Rule } from './rule.ts'
import { checkText } from './text.ts'

export const sendMessage: Rule<'message.send'> = {
  needs: (needs, userId, { conversationId }) => needConversation(needs, conversationId, userId),
  decide(batch, userId, { id, conversationId, text, writtenAt }) {
    const conversation = findOwn(batch, conversationId, userId)
    if (conversation === undefined) return refusal('not_a_member')
    const refused = checkText(text)
    if (refused !== undefined) return refused
    const n = batch.takePlace(conversation)
    batch.setMessage({
      id,
      seq: 0,
      conversation_id: conversationId,
      n,
      author_id: userId,
      text,
      // A device whose clock runs ahead must not write into the future.
      written_at: Math.min(writtenAt, batch.now),
      sent_at: batch.now,
      edited_at: null,
    })
    // One's own words are read. What others wrote above them may not have been: this may be an answer to
    // less than that, written with no network.
    if (findReadN(batch, conversationId, userId) === n - 1) advanceReading(batch, conversationId, userId, n)
    return undefined
  },
}
