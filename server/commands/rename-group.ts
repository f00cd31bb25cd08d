import { findLed, needConversation } from './access.ts'
import { noteEvent } from './note-event.ts'
import type { Rule } from './rule.ts'

export const renameGroup: Rule<'group.rename'> = {
  needs: (needs, userId, { conversationId }) => needConversation(needs, conversationId, userId),
  decide(batch, userId, command) {
    const { conversationId, title } = command
    const led = findLed(batch, conversationId, userId)
    if ('refused' in led) return led.refused
    if (led.group.title === title) return undefined
    batch.setConversation({ ...led.group, title })
    noteEvent(batch, led.group, userId, command, { kind: 'renamed', title })
    return undefined
  },
}
