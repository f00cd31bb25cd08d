import { refusal } from '../../shared/protocol/errors.ts'
import { needSelf } from './access.ts'
import type { Rule } from './rule.ts'

export const NAME_LOOKS_LIKE_ANOTHER =
  'This name looks like that of somebody else, but is written with other characters. Choose another one.'

export const renameProfile: Rule<'profile.rename'> = {
  needs(needs, userId, { name }) {
    needSelf(needs, userId)
    needs.looks.add(name)
  },
  decide(batch, userId, { name }) {
    const user = batch.users.get(userId)
    if (user?.former !== 0) return refusal('not_found')
    if (batch.hasLookAlike(userId, name)) return refusal('forbidden', NAME_LOOKS_LIKE_ANOTHER)
    if (user.name !== name) batch.setUser({ ...user, name })
    return undefined
  },
}
