import { refusal } from '../../shared/protocol/errors.ts'
import { hasAccount } from './former.ts'
import { isAtLeast, toActor } from './roles.ts'
import type { Rule } from './rule.ts'
import { findStandingOf, isLastOperator, needStandings } from './standing.ts'

export const setRole: Rule<'role.set'> = {
  needs: (needs, userId, command) => needStandings(needs, userId, command.userId),
  decide(batch, actorId, { userId, role }) {
    if (!isAtLeast(batch, actorId, 'operator')) return refusal('forbidden', 'Only operators give roles.')
    if (userId === actorId) return refusal('not_yourself')
    if (!hasAccount(batch, userId)) return refusal('not_found', 'Nobody has this account.')
    const before = findStandingOf(batch, userId)
    if (before.role === role) return undefined
    if (before.suspended_at !== null) return refusal('forbidden', 'This account is suspended. Restore it first.')
    if (isLastOperator(batch, userId)) return refusal('last_operator')
    batch.setStanding({ ...before, role })
    batch.audit({
      ...{ actor: toActor(actorId), act: 'role.change', subject: { kind: 'person', id: userId } },
      detail: { before: before.role, after: role },
    })
    return undefined
  },
}
