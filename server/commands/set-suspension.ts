import { refusal } from '../../shared/protocol/errors.ts'
import { hasAccount } from './former.ts'
import { isAtLeast, toActor } from './roles.ts'
import type { Rule } from './rule.ts'
import { findStandingOf, isLastOperator, needStandings } from './standing.ts'

/** Messages stay; who has to be let in or put out is seen to by whoever hears of the row. */
export const setSuspension: Rule<'suspension.set'> = {
  needs: (needs, userId, command) => needStandings(needs, userId, command.userId),
  decide(batch, actorId, { userId, reason }) {
    if (!isAtLeast(batch, actorId, 'moderator')) return refusal('forbidden', 'Only moderators suspend accounts.')
    if (userId === actorId) return refusal('not_yourself')
    if (!hasAccount(batch, userId)) return refusal('not_found', 'Nobody has this account.')
    const before = findStandingOf(batch, userId)
    if (before.role !== 'member' && !isAtLeast(batch, actorId, 'operator')) {
      return refusal('forbidden', 'Only operators suspend operators and moderators.')
    }
    if (before.suspended_for === reason) return undefined
    if (reason !== null && isLastOperator(batch, userId)) return refusal('last_operator')
    batch.setStanding({ ...before, suspended_at: reason === null ? null : batch.now, suspended_for: reason })
    batch.audit({
      ...{ actor: toActor(actorId), act: reason === null ? 'person.restore' : 'person.suspend' },
      subject: { kind: 'person', id: userId },
      ...(reason !== null && { detail: { reason } }),
    })
    return undefined
  },
}
