import type { StaffRule } from './rule.ts'

/** Reading only goes forward, and not beyond what was asked. */
export const readQuestions: StaffRule<'staff.read'> = {
  needs: () => undefined,
  decide(batch, me, { n }) {
    const readN = Math.min(n, batch.classroom.question_count)
    if (readN > me.read_n) batch.setStaff({ ...me, read_n: readN })
    return undefined
  },
}
