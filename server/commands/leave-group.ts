import { refusal } from '../../shared/protocol/errors.ts'
import type { Batch } from '../campus/batch.ts'
import { addPair } from '../campus/needs.ts'
import { findOwn, needConversation } from './access.ts'
import { noteEvent } from './note-event.ts'
import type { ConversationTable, MemberTable } from '../store/schema.ts'
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
    leave(batch, conversation, member, command)
    return undefined
  },
}

/** Only of groups in `needs.rosters`. */
export function leave(batch: Batch, group: ConversationTable, member: MemberTable, command: { id: string }): void {
  batch.leave(member, member.user_id, batch.now)
  const [heir] = batch.listMembers(group.id)
  const leaderId = group.creator_id === member.user_id ? (heir?.user_id ?? null) : null
  if (leaderId !== null) batch.setConversation({ ...group, creator_id: leaderId })
  noteEvent(batch, group, member.user_id, command, { kind: 'left', leaderId })
}
