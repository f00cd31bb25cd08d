import { refusal } from '../../shared/protocol/errors.ts'
import { addPair } from '../campus/needs.ts'
import { findOwn, needConversation } from './access.ts'
import type { Rule } from './rule.ts'
import { checkLength } from './text.ts'

export const setDraft: Rule<'draft.set'> = {
  needs(needs, userId, { conversationId }) {
    needConversation(needs, conversationId, userId)
    addPair(needs.personal, conversationId, userId)
  },
  decide(batch, userId, { conversationId, text, replyToId, changedAt }) {
    if (findOwn(batch, conversationId, userId) === undefined) return refusal('not_a_member')
    const refused = checkLength(text)
    if (refused !== undefined) return refused
    const before = batch.findDraft(conversationId, userId)
    // A device whose clock runs ahead must not have the last word for ever.
    const at = Math.min(changedAt, batch.now)
    if (before !== undefined && before.changedAt > at) return undefined
    if (before?.changedAt === at && before.text === text && before.replyToId === replyToId) return undefined
    batch.setPersonal(userId, { type: 'draft', seq: 0, conversationId, text, replyToId, changedAt: at })
    return undefined
  },
}
