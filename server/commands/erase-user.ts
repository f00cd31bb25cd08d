import { refusal } from '../../shared/protocol/errors.ts'
import { needSelf } from './access.ts'
import { FORMER_NAME, toFormerHandle } from './former.ts'
import type { Rule } from './rule.ts'
import { findStandingOf, isLastOperator, needStandings } from './standing.ts'

/** Takes from somebody who deletes their account what they are called, look like and may do. */
export const eraseUser: Rule<'user.erase'> = {
  needs(needs, userId) {
    needSelf(needs, userId)
    needStandings(needs, userId, userId)
  },
  decide(batch, userId) {
    const user = batch.users.get(userId)
    if (user === undefined) return refusal('not_found')
    if (user.former === 1) return undefined
    if (isLastOperator(batch, userId)) return refusal('last_operator')
    if (user.picture_id !== null) batch.replacePicture(null, user.picture_id)
    batch.countPerson(-1)
    batch.setUser({
      ...user,
      handle: toFormerHandle(userId),
      name: FORMER_NAME,
      picture_id: null,
      former: 1,
    })
    const standing = findStandingOf(batch, userId)
    if (standing.role !== 'member') batch.setStanding({ ...standing, role: 'member' })
    return undefined
  },
}
