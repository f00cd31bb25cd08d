import { refusal } from '../../shared/protocol/errors.ts'
import { findOwn, needConversation } from './access.ts'
import { noteEvent } from './note-event.ts'
import { isAtLeast, SERVER_ID, toActor } from './roles.ts'
import type { Rule } from './rule.ts'

/** Whoever leads a group governs it too, but for what moderators reserved to themselves. */
export const governConversation: Rule<'conversation.govern'> = {
  needs(needs, userId, { conversationId }) {
    needConversation(needs, conversationId, userId)
    needs.standings.add(userId)
    needs.audit = true
  },
  decide(batch, userId, command) {
    const { conversationId, posting, slowSeconds } = command
    const isModerator = isAtLeast(batch, userId, 'moderator')
    const conversation = isModerator ? batch.conversations.get(conversationId) : findOwn(batch, conversationId, userId)
    if (conversation === undefined) return refusal(isModerator ? 'not_found' : 'not_a_member')
    const { kind } = conversation
    if (kind === 'direct') return refusal('forbidden', 'The two of a direct conversation write as they like.')
    if (kind === 'everyone' && !isModerator) return refusal('forbidden', 'Only moderators govern Everyone.')
    if (kind === 'everyone' && posting === 'leaders') return refusal('bad_request', 'Nobody leads Everyone.')
    if (!isModerator) {
      if (conversation.creator_id !== userId) return refusal('only_creator')
      if ([conversation.posting, posting].includes('moderators')) {
        return refusal('forbidden', 'Only moderators decide that nobody but them may write.')
      }
    }
    const after = { posting: posting === 'everybody' ? null : posting, slow_seconds: slowSeconds }
    const before = { posting: conversation.posting ?? 'everybody', slowSeconds: conversation.slow_seconds }
    if (before.posting === posting && before.slowSeconds === slowSeconds) return undefined
    batch.setConversation({ ...conversation, ...after })
    // A line names who did something: whoever sits at the server itself has no name.
    if (userId !== SERVER_ID)
      noteEvent(batch, conversation, userId, command, { kind: 'governed', posting, slowSeconds })
    if (!isModerator) return undefined
    batch.audit({
      ...{ actor: toActor(userId), act: 'conversation.govern', subject: { kind: 'conversation', id: conversationId } },
      detail: { before, after: { posting, slowSeconds } },
    })
    return undefined
  },
}
