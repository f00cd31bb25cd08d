import { refuse } from '../../../shared/classroom/errors.ts'
import { STAFF_MAX } from '../../../shared/classroom/limits.ts'
import type { StaffRule } from './rule.ts'

/** Whoever comes begins with everything read. */
export const addStaff: StaffRule<'staff.add'> = {
  needs(needs, { userId }) {
    needs.users.add(userId)
  },
  decide(batch, me, { userId }) {
    if (me.role !== 'owner') return refuse('only_owner')
    if (!batch.users.has(userId)) return refuse('not_found')
    if (batch.staff.get(userId)?.removed === 0) return undefined
    const present = [...batch.staff.values()].filter(({ removed }) => removed === 0)
    if (present.length >= STAFF_MAX) return refuse('full', `At most ${STAFF_MAX} people answer in a classroom.`)
    batch.setStaff({
      classroom_id: batch.classroom.id,
      user_id: userId,
      seq: 0,
      role: 'staff',
      read_n: batch.classroom.question_count,
      removed: 0,
    })
    return undefined
  },
}
