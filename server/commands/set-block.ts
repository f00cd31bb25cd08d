import { refusal } from '../../shared/protocol/errors.ts'
import { BLOCKED_MAX } from '../../shared/protocol/limits.ts'
import { addPair } from '../campus/needs.ts'
import { settleRequest } from './contacts.ts'
import type { Rule } from './rule.ts'

/** Whoever is blocked is not told. What they ask ends; what was said before stays. */
export const setBlock: Rule<'block.set'> = {
  needs(needs, userId, command) {
    needs.users.add(command.userId)
    needs.blockers.add(userId)
    addPair(needs.askers, userId, command.userId)
  },
  decide(batch, userId, { userId: otherId, blocked }) {
    if (otherId === userId) return refusal('not_yourself')
    if (!batch.users.has(otherId)) return refusal('not_found', 'Nobody has this account.')
    if (batch.isBlocked(userId, otherId) === blocked) return undefined
    if (blocked && batch.listBlocked(userId).length >= BLOCKED_MAX) {
      return refusal('forbidden', `You have blocked ${BLOCKED_MAX} people. Unblock somebody first.`)
    }
    const block = { user_id: userId, blocked_id: otherId, seq: 0, blocked: blocked ? 1 : 0, changed_at: batch.now }
    batch.setBlock(block)
    if (!blocked) return undefined
    for (const { conversation_id, state } of batch.listRequests(userId, otherId)) {
      if (state === 'asked') settleRequest(batch, conversation_id, userId, 'withdrawn')
    }
    return undefined
  },
}
