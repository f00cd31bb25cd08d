import { refusal } from '../../shared/protocol/errors.ts'
import { needDirect, settleRequest } from './contacts.ts'
import { leaveGroup } from './leave-group.ts'
import type { Rule } from './rule.ts'

/**
 * Whoever deletes their account leaves groups as everybody does. A direct conversation they do not leave, so that the other one
 * knows whose it was; nobody writes there any more.
 */
export const eraseMembership: Rule<'membership.erase'> = {
  needs(needs, userId, command) {
    leaveGroup.needs(needs, userId, { ...command, type: 'member.leave' })
    needDirect(needs, command.conversationId)
  },
  decide(batch, userId, command) {
    const conversation = batch.conversations.get(command.conversationId)
    const member = batch.findMember(command.conversationId, userId)
    if (conversation === undefined || member === undefined) return refusal('not_found')
    if (member.removed === 1) return undefined
    if (conversation.kind === 'group') return leaveGroup.decide(batch, userId, { ...command, type: 'member.leave' })
    if (conversation.posting !== 'nobody') batch.setConversation({ ...conversation, posting: 'nobody' })
    // Nobody takes it up any more.
    const asked = batch.findOther(conversation.id, userId)
    if (asked !== undefined && batch.findRequest(conversation.id, asked.user_id)?.state === 'asked') {
      settleRequest(batch, conversation.id, asked.user_id, 'withdrawn')
    }
    return undefined
  },
}
