import { refusal } from '../../shared/protocol/errors.ts'
import { addPair } from '../campus/needs.ts'
import { findLed, needConversation } from './access.ts'
import { noteEvent } from './note-event.ts'
import type { Rule } from './rule.ts'

export const handOverGroup: Rule<'group.hand-over'> = {
  needs(needs, userId, command) {
    needConversation(needs, command.conversationId, userId)
    addPair(needs.conversations, command.conversationId, command.userId)
  },
  decide(batch, userId, command) {
    const { conversationId, userId: successorId } = command
    const led = findLed(batch, conversationId, userId)
    if ('refused' in led) return led.refused
    if (batch.findMember(conversationId, successorId)?.removed !== 0) {
      return refusal('not_found', 'Only somebody in the group can lead it.')
    }
    if (successorId === userId) return undefined
    batch.setConversation({ ...led.group, creator_id: successorId })
    noteEvent(batch, led.group, userId, command, { kind: 'handed-over', userId: successorId })
    return undefined
  },
}
