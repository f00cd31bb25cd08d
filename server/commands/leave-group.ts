import { refusal } from '../../shared/protocol/errors.ts'
import { addPair } from '../campus/needs.ts'
import { findOwn, needConversation } from './access.ts'
import { noteEvent } from './note-event.ts'
import type { Rule } from './rule.ts'

/** When the one who leads a group leaves it, the longest-standing member leads on. */
export const leaveGroup: Rule<'member.leave'> = {
  needs(needs, userId, { conversationId }) {
    needConversation(needs, conversationId, userId)
    needs.rosters.add(conversationId)
    addPair(needs.receipts, conversationId, userId)
  },
  decide(batch, userId, command) {
    const { conversationId } = command
    const conversation = findOwn(batch, conversationId, userId)
    if (conversation === undefined) return refusal('not_a_member')
    const member = batch.findMember(conversationId, userId)
    if (conversation.kind !== 'group' || member === undefined) {
      return refusal('forbidden', 'Only a group can be left.')
    }
    batch.leave(member, userId, batch.now)
    const [heir] = batch.listMembers(conversationId)
    const leaderId = conversation.creator_id === userId ? (heir?.user_id ?? null) : null
    if (leaderId !== null) batch.setConversation({ ...conversation, creator_id: leaderId })
    noteEvent(batch, conversation, userId, command, { kind: 'left', leaderId })
    return undefined
  },
}
