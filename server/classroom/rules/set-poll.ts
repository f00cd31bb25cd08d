import { refuse } from '../../../shared/classroom/errors.ts'
import type { StaffRule } from './rule.ts'

export const setPoll: StaffRule<'poll.set'> = {
  needs(needs, { pollId }) {
    needs.polls.add(pollId)
  },
  decide(batch, _me, { pollId, state, revealed }) {
    const poll = batch.findPoll(pollId)
    if (poll === undefined) return refuse('not_found')
    batch.setPoll({
      ...poll,
      ...(state !== undefined && { state }),
      ...(revealed !== undefined && { revealed: revealed ? 1 : 0 }),
    })
    return undefined
  },
}
