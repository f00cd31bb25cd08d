import { refusal } from '../../shared/protocol/errors.ts'
import { GROUP_MEMBERS_MAX } from '../../shared/protocol/limits.ts'
import { addPair } from '../campus/needs.ts'
import { needConversation } from './access.ts'
import { refuseToBlocked, settleRequest } from './contacts.ts'
import { join } from './join.ts'
import { noteEvent } from './note-event.ts'
import type { Rule } from './rule.ts'

/** A later answer of another device holds: also who declined can still accept. */
export const answerRequest: Rule<'request.answer'> = {
  needs(needs, userId, { conversationId }) {
    needConversation(needs, conversationId, userId)
    needs.rosters.add(conversationId)
    needs.blockers.add(userId)
    addPair(needs.requests, conversationId, userId)
  },
  decide(batch, userId, command) {
    const { conversationId, accepted } = command
    const request = batch.findRequest(conversationId, userId)
    const conversation = batch.conversations.get(conversationId)
    const state = request?.state
    if (request === undefined || conversation === undefined || state === 'silent' || state === 'left') {
      return refusal('not_found', 'Nobody asks you this.')
    }
    // Answered by another device, or settled by the person's own doing: they are in.
    if (batch.findMember(conversationId, userId)?.removed === 0) return undefined
    if (!accepted) {
      if (state === 'asked' || state === 'withdrawn') settleRequest(batch, conversationId, userId, 'declined')
      return undefined
    }
    if (conversation.posting === 'nobody') return refusal('not_found', 'Whoever asked this deleted their account.')
    const isAsked = state === 'asked' || state === 'declined' || state === 'withdrawn'
    if (!isAsked || request.asked_by === null) {
      return refusal('not_found', 'Nobody asks you this any more.')
    }
    const refused = refuseToBlocked(batch, userId, request.asked_by)
    if (refused !== undefined) return refused
    if (conversation.kind === 'group') {
      if (batch.listMembers(conversationId).length >= GROUP_MEMBERS_MAX) return refusal('group_full')
      join(batch, conversationId, userId)
      noteEvent(batch, conversation, userId, command, { kind: 'joined' })
    } else batch.join(conversationId, userId)
    settleRequest(batch, conversationId, userId, 'accepted')
    return undefined
  },
}
