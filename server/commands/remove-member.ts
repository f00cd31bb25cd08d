import { refusal } from '../../shared/protocol/errors.ts'
import { addPair } from '../campus/needs.ts'
import { findLed, needConversation } from './access.ts'
import { takeRequestBack } from './contacts.ts'
import { noteEvent } from './note-event.ts'
import type { Rule } from './rule.ts'

export const removeMember: Rule<'member.remove'> = {
  needs(needs, userId, command) {
    needConversation(needs, command.conversationId, userId)
    addPair(needs.conversations, command.conversationId, command.userId)
    addPair(needs.requests, command.conversationId, command.userId)
    addPair(needs.receipts, command.conversationId, command.userId)
  },
  decide(batch, userId, command) {
    const { conversationId, userId: otherId } = command
    const led = findLed(batch, conversationId, userId)
    if ('refused' in led) return led.refused
    if (otherId === userId) return refusal('bad_request', 'Leave the group instead.')
    const member = batch.findMember(conversationId, otherId)
    if (member?.removed !== 0) {
      takeRequestBack(batch, conversationId, otherId)
      return undefined
    }
    batch.leave(member, userId, command.again === true ? null : batch.now)
    noteEvent(batch, led.group, userId, command, { kind: 'removed', userId: otherId })
    return undefined
  },
}
