import { refusal } from '../../shared/protocol/errors.ts'
import type { Rule } from './rule.ts'

export const renameProfile: Rule<'profile.rename'> = {
  needs: (needs, userId) => needs.users.add(userId),
  decide(batch, userId, { name }) {
    const user = batch.users.get(userId)
    if (user === undefined) return refusal('not_found')
    if (user.name !== name) batch.setUser({ ...user, name })
    return undefined
  },
}
