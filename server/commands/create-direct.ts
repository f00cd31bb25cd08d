import { directId } from '../../shared/direct-id.ts'
import { refusal } from '../../shared/protocol/errors.ts'
import { needConversation } from './access.ts'
import { hasAccount } from './former.ts'
import type { Rule } from './rule.ts'

export const createDirect: Rule<'direct.create'> = {
  needs(needs, userId, command) {
    needConversation(needs, command.conversationId, userId)
    needs.users.add(command.userId)
  },
  decide(batch, userId, { conversationId, userId: otherId }) {
    if (otherId === userId) return refusal('bad_request', 'A direct conversation takes somebody else.')
    if (conversationId !== directId(userId, otherId)) {
      return refusal('bad_request', 'The id of a direct conversation follows from its two people.')
    }
    if (batch.conversations.has(conversationId)) return undefined
    if (!hasAccount(batch, otherId)) return refusal('not_found', 'Nobody has this account.')
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
    batch.join(conversationId, otherId)
    return undefined
  },
}
