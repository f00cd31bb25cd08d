import { refusal } from '../../shared/protocol/errors.ts'
import { PINS_MAX } from '../../shared/protocol/limits.ts'
import type { ConversationTable, MessageTable } from '../store/schema.ts'
import { findMessage, needMessage } from './own-message.ts'
import { isAtLeast } from './roles.ts'
import type { Rule } from './rule.ts'

export const pinMessage: Rule<'message.pin'> = {
  needs(needs, userId, command) {
    needMessage(needs, userId, command)
    needs.pins.add(command.conversationId)
    needs.standings.add(userId)
  },
  decide(batch, userId, command) {
    const found = findMessage(batch, userId, command)
    if ('refused' in found) return found.refused
    const { conversation, message } = found
    const isModerator = isAtLeast(batch, userId, 'moderator')
    if (conversation.kind === 'everyone' && !isModerator) {
      return refusal('forbidden', 'Only moderators pin messages to Everyone.')
    }
    if ((message.pinned_at !== null) === command.pinned) return undefined
    if (message.text === null) return refusal('message_deleted')
    if (!command.pinned && !isModerator && !mayTakeDown(conversation, message, userId)) {
      return refusal('forbidden', 'Only who pinned it, or who leads the group, can take it down.')
    }
    if (command.pinned && batch.countPins(conversation.id) >= PINS_MAX) return refusal('too_many_pins')
    const [pinned_at, pinned_by] = command.pinned ? [batch.now, userId] : [null, null]
    batch.setMessage({ ...message, pinned_at, pinned_by })
    return undefined
  },
}

/** What one person has put up for all, another one does not take down; the two of a direct conversation agree. */
function mayTakeDown({ kind, creator_id }: ConversationTable, { pinned_by }: MessageTable, userId: string): boolean {
  return kind === 'direct' || creator_id === userId || pinned_by === userId
}
