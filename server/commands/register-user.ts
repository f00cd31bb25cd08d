import { refusal } from '../../shared/protocol/errors.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { needConversation } from './access.ts'
import { markAllRead } from './join.ts'
import { isReserved } from './reserved-handles.ts'
import { NAME_LOOKS_LIKE_ANOTHER } from './rename-profile.ts'
import type { Rule } from './rule.ts'

export const registerUser: Rule<'user.register'> = {
  needs(needs, _userId, { id, handle, name }) {
    needs.handles.add(handle)
    needs.looks.add(handle).add(name)
    needConversation(needs, EVERYONE_ID, id)
  },
  decide(batch, _userId, { id, handle, name }) {
    if (batch.handles.has(handle)) return refusal('handle_taken')
    if (isReserved(handle)) return refusal('handle_taken', 'ChatBox uses this word itself. Choose another handle.')
    if (batch.hasLookAlike(id, handle))
      return refusal('handle_taken', 'This handle looks like that of somebody else. Choose another one.')
    if (batch.hasLookAlike(id, name)) return refusal('forbidden', NAME_LOOKS_LIKE_ANOTHER)
    batch.countPerson()
    batch.setUser({ id, seq: 0, handle, name, picture_id: null, created_at: batch.now, former: 0 })
    markAllRead(batch, EVERYONE_ID, id)
    return undefined
  },
}
