import { refusal } from '../../shared/protocol/errors.ts'
import { PINS_MAX } from '../../shared/protocol/limits.ts'
import { findMessage, needMessage } from './own-message.ts'
import type { Rule } from './rule.ts'

export const pinMessage: Rule<'message.pin'> = {
  needs(needs, userId, command) {
    needMessage(needs, userId, command)
    needs.pins.add(command.conversationId)
  },
  decide(batch, userId, command) {
    const found = findMessage(batch, userId, command)
    if ('refused' in found) return found.refused
    const { conversation, message } = found
    if (conversation.kind === 'everyone') return refusal('forbidden', 'Nobody can pin messages to Everyone.')
    if ((message.pinned_at !== null) === command.pinned) return undefined
    if (message.text === null) return refusal('message_deleted')
    if (command.pinned && batch.countPins(conversation.id) >= PINS_MAX) return refusal('too_many_pins')
    batch.setMessage({ ...message, pinned_at: command.pinned ? batch.now : null })
    return undefined
  },
}
