import { directId } from '../../shared/direct-id.ts'
import { refusal } from '../../shared/protocol/errors.ts'
import { addPair } from '../campus/needs.ts'
import { needConversation } from './access.ts'
import { approachPerson, needApproach, refuseToBlocked, settleRequest } from './contacts.ts'
import { hasAccount } from './former.ts'
import type { Rule } from './rule.ts'

export const createDirect: Rule<'direct.create'> = {
  needs(needs, userId, command) {
    needConversation(needs, command.conversationId, userId)
    needs.users.add(command.userId)
    needApproach(needs, userId, command.conversationId, [command.userId])
    addPair(needs.requests, command.conversationId, userId)
  },
  decide(batch, userId, { conversationId, userId: otherId }) {
    if (otherId === userId) return refusal('bad_request', 'A direct conversation takes somebody else.')
    if (conversationId !== directId(userId, otherId)) {
      return refusal('bad_request', 'The id of a direct conversation follows from its two people.')
    }
    const refused = refuseToBlocked(batch, userId, otherId)
    if (batch.conversations.has(conversationId)) {
      if (batch.findMember(conversationId, userId)?.removed !== 2) return undefined
      if (refused !== undefined) return refused
      // Whoever begins what they are asked takes it up.
      batch.join(conversationId, userId)
      settleRequest(batch, conversationId, userId, 'accepted')
      return undefined
    }
    if (!hasAccount(batch, otherId)) return refusal('not_found', 'Nobody has this account.')
    if (refused !== undefined) return refused
    batch.setConversation({
      id: conversationId,
      seq: 0,
      kind: 'direct',
      title: null,
      creator_id: null,
      created_at: batch.now,
      last_n: 0,
      last_seq: 0,
      member_count: 0,
      picture_id: null,
      description: null,
      crowded: 0,
      posting: null,
      slow_seconds: 0,
    })
    batch.join(conversationId, userId)
    approachPerson(batch, userId, conversationId, otherId)
    return undefined
  },
}
