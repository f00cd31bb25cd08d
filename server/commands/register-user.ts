import { refusal } from '../../shared/protocol/errors.ts'
import type { Rule } from './rule.ts'

export const registerUser: Rule<'user.register'> = {
  needs: (needs, _userId, { handle }) => needs.handles.add(handle),
  decide(batch, _userId, { id, handle, name }) {
    if (batch.handles.has(handle)) return refusal('handle_taken')
    batch.setUser({ id, seq: 0, handle, name, created_at: batch.now })
    return undefined
  },
}
