import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { refusal } from '../../shared/protocol/errors.ts'
import { GROUP_MEMBERS_MAX } from '../../shared/protocol/limits.ts'
import { addConversation } from '../campus/needs.ts'
import { findLed, needConversation } from './access.ts'
import { hasAccount } from './former.ts'
import { join } from './join.ts'
import { noteEvent } from './note-event.ts'
import type { Rule } from './rule.ts'

export const addMembers: Rule<'member.add'> = {
  needs(needs, userId, { conversationId, userIds }) {
    needConversation(needs, conversationId, userId)
    needs.rosters.add(conversationId)
    for (const id of userIds) needs.users.add(id)
    addConversation(needs.conversations, EVERYONE_ID)
  },
  decide(batch, userId, command) {
    const { conversationId, userIds } = command
    const led = findLed(batch, conversationId, userId)
    if ('refused' in led) return led.refused
    for (const id of userIds)
      if (!hasAccount(batch, id)) return refusal('not_found', 'Somebody in the list has no account.')
    const newcomers = [...new Set(userIds)].filter((id) => batch.findMember(conversationId, id)?.removed !== 0)
    if (batch.listMembers(conversationId).length + newcomers.length > GROUP_MEMBERS_MAX) return refusal('group_full')
    for (const id of newcomers) join(batch, conversationId, id)
    if (newcomers.length > 0) noteEvent(batch, led.group, userId, command, { kind: 'added', userIds: newcomers })
    return undefined
  },
}
