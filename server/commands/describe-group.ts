import { findLed, needConversation } from './access.ts'
import { noteEvent } from './note-event.ts'
import type { Rule } from './rule.ts'

export const describeGroup: Rule<'group.describe'> = {
  needs: (needs, userId, { conversationId }) => needConversation(needs, conversationId, userId),
  decide(batch, userId, command) {
    const led = findLed(batch, command.conversationId, userId)
    if ('refused' in led) return led.refused
    const description = command.description === '' ? null : command.description
    if (led.group.description === description) return undefined
    batch.setConversation({ ...led.group, description })
    noteEvent(batch, led.group, userId, command, { kind: 'description', isSet: description !== null })
    return undefined
  },
}
