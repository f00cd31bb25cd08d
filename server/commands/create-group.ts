import { refusal } from '../../shared/protocol/errors.ts'
import { GROUP_MEMBERS_MAX } from '../../shared/protocol/limits.ts'
import { needConversation } from './access.ts'
import { hasAccount } from './former.ts'
import { approachGroup, askIntoGroup, needApproach } from './contacts.ts'
import { noteEvent } from './note-event.ts'
import type { ConversationTable } from '../store/schema.ts'
import type { Rule } from './rule.ts'

/** Ids of direct conversations are version 8: a group must not take the id of one that is yet to begin. */
const VERSION_7 = /^.{14}7/

export const createGroup: Rule<'group.create'> = {
  needs(needs, userId, command) {
    needConversation(needs, command.conversationId, userId)
    for (const id of command.userIds) needs.users.add(id)
    needApproach(needs, userId, command.conversationId, command.userIds)
  },
  decide(batch, userId, command) {
    const { conversationId, title, userIds } = command
    if (!VERSION_7.test(conversationId)) return refusal('bad_request', 'The id of a group is a version 7 UUID.')
    const before = batch.conversations.get(conversationId)
    if (before?.creator_id === userId) return undefined
    if (before !== undefined) return refusal('id_taken')
    const people = new Set([userId, ...userIds])
    if (people.size > GROUP_MEMBERS_MAX) return refusal('group_full')
    for (const id of userIds)
      if (!hasAccount(batch, id)) return refusal('not_found', 'Somebody in the list has no account.')
    const group: ConversationTable = {
      id: conversationId,
      seq: 0,
      kind: 'group',
      title,
      creator_id: userId,
      created_at: batch.now,
      last_n: 0,
      last_seq: 0,
      member_count: 0,
      picture_id: null,
      description: null,
      crowded: 0,
      posting: null,
      slow_seconds: 0,
    }
    people.delete(userId)
    const approached = approachGroup(batch, userId, group, [...people])
    if ('refused' in approached) return approached.refused
    batch.setConversation(group)
    for (const id of [userId, ...approached.joining]) batch.join(conversationId, id)
    noteEvent(batch, group, userId, command, { kind: 'began', title })
    askIntoGroup(batch, userId, group, command, approached.asked)
    return undefined
  },
}
