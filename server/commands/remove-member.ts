import { refusal } from '../../shared/protocol/errors.ts'
import { addPair } from '../campus/batch.ts'
import { findLed, needConversation } from './access.ts'
import type { Rule } from './rule.ts'

export const removeMember: Rule<'member.remove'> = {
  needs(needs, userId, command) {
    needConversation(needs, command.conversationId, userId)
    addPair(needs.conversations, command.conversationId, command.userId)
    addPair(needs.receipts, command.conversationId, command.userId)
  },
  decide(batch, userId, { conversationId, userId: otherId, again }) {
    const led = findLed(batch, conversationId, userId)
    if ('refused' in led) return led.refused
    if (otherId === userId) return refusal('bad_request', 'Leave the group instead.')
    const member = batch.findMember(conversationId, otherId)
    if (member?.removed === 0) batch.leave(member, again ? null : userId)
    return undefined
  },
}
