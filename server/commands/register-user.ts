import { refusal } from '../../shared/protocol/errors.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { needConversation } from './access.ts'
import { markAllRead } from './join.ts'
import type { Rule } from './rule.ts'

export const registerUser: Rule<'user.register'> = {
  needs(needs, _userId, { id, handle }) {
    needs.handles.add(handle)
    needConversation(needs, EVERYONE_ID, id)
  },
  decide(batch, _userId, { id, handle, name }) {
    if (batch.handles.has(handle)) return refusal('handle_taken')
    batch.setUser({ id, seq: 0, handle, name, picture_id: null, created_at: batch.now })
    markAllRead(batch, EVERYONE_ID, id)
    return undefined
  },
}
