import { refusal } from '../../shared/protocol/errors.ts'
import { addPair } from '../campus/needs.ts'
import { leave, leaveGroup } from './leave-group.ts'
import type { Rule } from './rule.ts'

/** Whoever left for good is in the group again only if they take it back, and are added then. */
export const leaveForGood: Rule<'member.leave-for-good'> = {
  needs(needs, userId, { id, conversationId }) {
    leaveGroup.needs(needs, userId, { type: 'member.leave', id, conversationId })
    addPair(needs.requests, conversationId, userId)
  },
  decide(batch, userId, command) {
    const { conversationId, forGood } = command
    const before = batch.findRequest(conversationId, userId)
    if (!forGood) {
      if (before?.state === 'left') batch.setRequest({ ...before, state: 'back' })
      return undefined
    }
    if (before?.state === 'left') return undefined
    const conversation = batch.conversations.get(conversationId)
    const member = batch.findMember(conversationId, userId)
    if (conversation === undefined || member === undefined) return refusal('not_a_member')
    if (conversation.kind !== 'group') return refusal('forbidden', 'Only a group can be left.')
    const isIn = member.removed === 0
    if (isIn) leave(batch, conversation, member, command)
    batch.setRequest({
      ...{ user_id: userId, conversation_id: conversationId, seq: 0, state: 'left', asked_by: null },
      asked_at: batch.now,
      // What it is called since they were put out is not theirs to know.
      body: JSON.stringify({ kind: 'group', title: isIn ? conversation.title : null, messages: [] }),
    })
    return undefined
  },
}
