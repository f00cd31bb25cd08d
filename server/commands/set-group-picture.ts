import { refusal } from '../../shared/protocol/errors.ts'
import { fromBase64 } from '../files/base64.ts'
import { findLed, needConversation } from './access.ts'
import { noteEvent } from './note-event.ts'
import type { Rule } from './rule.ts'

export const setGroupPicture: Rule<'group.picture'> = {
  needs: (needs, userId, { conversationId }) => needConversation(needs, conversationId, userId),
  decide(batch, userId, command) {
    const { id, conversationId, picture } = command
    const led = findLed(batch, conversationId, userId)
    if ('refused' in led) return led.refused
    const { group } = led
    if (picture === null) {
      if (group.picture_id === null) return undefined
      batch.replacePicture(null, group.picture_id)
      batch.setConversation({ ...group, picture_id: null })
    } else {
      const bytes = picture === undefined ? undefined : fromBase64(picture)
      if (bytes === undefined) return refusal('bad_picture')
      const record = { id, user_id: userId, conversation_id: conversationId, bytes, created_at: batch.now }
      batch.replacePicture(record, group.picture_id)
      batch.setConversation({ ...group, picture_id: id })
    }
    noteEvent(batch, group, userId, command, { kind: 'picture', isSet: picture !== null })
    return undefined
  },
}
