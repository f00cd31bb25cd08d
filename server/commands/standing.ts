import type { Batch } from '../campus/batch.ts'
import type { Needs } from '../campus/needs.ts'
import type { StandingTable } from '../store/schema.ts'

/** Whoever changes somebody's standing, and who that is. */
export function needStandings(needs: Needs, actorId: string, userId: string): void {
  needs.users.add(userId)
  needs.standings.add(actorId)
  needs.standings.add(userId)
  needs.operators = true
  needs.audit = true
}

/** Somebody's standing, which is a member's where nobody changed it. */
export function findStandingOf(batch: Batch, userId: string): StandingTable {
  return (
    batch.findStanding(userId) ?? { user_id: userId, seq: 0, role: 'member', suspended_at: null, suspended_for: null }
  )
}

/** Whether nobody would operate this ChatBox any more without this person. */
export function isLastOperator(batch: Batch, userId: string): boolean {
  const [first, ...others] = batch.listOperators()
  return first === userId && others.length === 0
}
