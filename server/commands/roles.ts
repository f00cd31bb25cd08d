import type { Role } from '../../shared/protocol/fields.ts'
import type { Actor } from '../audit/audit.ts'
import type { Batch } from '../campus/batch.ts'
import type { ConversationTable } from '../store/schema.ts'

/** The id under which whoever sits at the server itself gives commands; no account has it. */
export const SERVER_ID = ''

const RANKS: Record<Role, number> = { member: 0, moderator: 1, operator: 2 }

/** What somebody may do now: who is suspended may do no more than a member. Only of people in `needs.standings`. */
export function findRole(batch: Batch, userId: string): Role {
  if (userId === SERVER_ID) return 'operator'
  return isSuspended(batch, userId) ? 'member' : (batch.findStanding(userId)?.role ?? 'member')
}

/** Every request of theirs is refused within a moment; a message that was on its way then is refused here. */
export function isSuspended(batch: Batch, userId: string): boolean {
  return (batch.findStanding(userId)?.suspended_at ?? null) !== null
}

export function isAtLeast(batch: Batch, userId: string, role: Role): boolean {
  return RANKS[findRole(batch, userId)] >= RANKS[role]
}

/** Who an act is kept as having been done by. */
export function toActor(userId: string): Actor {
  return userId === SERVER_ID ? { id: null, via: 'command-line' } : { id: userId, via: 'app' }
}

/** Whether somebody may write in a conversation that they are in. */
export function mayPost(batch: Batch, { posting, creator_id }: ConversationTable, userId: string): boolean {
  if (posting === 'nobody') return false
  if (posting === null || isAtLeast(batch, userId, 'moderator')) return true
  return posting === 'leaders' && creator_id === userId
}
