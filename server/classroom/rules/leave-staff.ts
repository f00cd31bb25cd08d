import { refuse } from '../../../shared/classroom/errors.ts'
import type { StaffRule } from './rule.ts'

/**
 * Somebody who deletes their account goes. Whoever made the classroom hands it to another of its staff; where there is none it
 * refuses, and the classroom is to be deleted.
 */
export const leaveStaff: StaffRule<'staff.leave'> = {
  needs: () => undefined,
  decide(batch, me) {
    const others = [...batch.staff.values()].filter(({ user_id, removed }) => removed === 0 && user_id !== me.user_id)
    const [heir] = others.sort((one, other) => one.seq - other.seq)
    if (me.role === 'owner') {
      if (heir === undefined) return refuse('only_owner', 'Nobody else answers there.')
      batch.setStaff({ ...heir, role: 'owner' })
    }
    batch.setStaff({ ...me, role: 'staff', read_n: 0, removed: 1 })
    return undefined
  },
}
