import { findLed, needConversation } from './access.ts'
import type { Rule } from './rule.ts'

export const renameGroup: Rule<'group.rename'> = {
  needs: (needs, userId, { conversationId }) => needConversation(needs, conversationId, userId),
  decide(batch, userId, { conversationId, title }) {
    const led = findLed(batch, conversationId, userId)
    if ('refused' in led) return led.refused
    if (led.group.title !== title) batch.setConversation({ ...led.group, title })
    return undefined
  },
}
