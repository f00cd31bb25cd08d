import { refuse } from '../../../shared/classroom/errors.ts'
import type { StaffRule } from './rule.ts'

export const removeStaff: StaffRule<'staff.remove'> = {
  needs: () => undefined,
  decide(batch, me, { userId }) {
    if (me.role !== 'owner' && userId !== me.user_id) return refuse('only_owner')
    const removed = batch.staff.get(userId)
    if (removed === undefined) return refuse('not_found')
    if (removed.role === 'owner') return refuse('only_owner', 'Who made a classroom stays in it.')
    if (removed.removed === 0) batch.setStaff({ ...removed, removed: 1 })
    return undefined
  },
}
