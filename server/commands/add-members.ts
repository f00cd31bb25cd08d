import { refusal } from '../../shared/protocol/errors.ts'
import { GROUP_MEMBERS_MAX } from '../../shared/protocol/limits.ts'
import { findLed, needConversation } from './access.ts'
import { hasAccount } from './former.ts'
import { approachGroup, askIntoGroup, needApproach, settleRequest } from './contacts.ts'
import { join } from './join.ts'
import { noteEvent } from './note-event.ts'
import type { Rule } from './rule.ts'

export const addMembers: Rule<'member.add'> = {
  needs(needs, userId, { conversationId, userIds }) {
    needConversation(needs, conversationId, userId)
    needs.rosters.add(conversationId)
    for (const id of userIds) needs.users.add(id)
    needApproach(needs, userId, conversationId, userIds)
  },
  decide(batch, userId, command) {
    const { conversationId, userIds } = command
    const led = findLed(batch, conversationId, userId)
    if ('refused' in led) return led.refused
    for (const id of userIds)
      if (!hasAccount(batch, id)) return refusal('not_found', 'Somebody in the list has no account.')
    const newcomers = [...new Set(userIds)].filter((id) => batch.findMember(conversationId, id)?.removed !== 0)
    const approached = approachGroup(batch, userId, led.group, newcomers)
    if ('refused' in approached) return approached.refused
    const { joining, asked } = approached
    if (batch.listMembers(conversationId).length + joining.length > GROUP_MEMBERS_MAX) return refusal('group_full')
    for (const id of joining) {
      join(batch, conversationId, id)
      settleRequest(batch, conversationId, id, 'accepted')
    }
    if (joining.length > 0) noteEvent(batch, led.group, userId, command, { kind: 'added', userIds: joining })
    askIntoGroup(batch, userId, led.group, command, asked)
    return undefined
  },
}
