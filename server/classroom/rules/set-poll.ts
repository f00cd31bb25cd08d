import { refuse } from '../../../shared/classroom/errors.ts'
import type { StaffCommandOf } from '../../../shared/classroom/commands.ts'
import type { PollTable } from '../../store/schema.ts'
import type { StaffRule } from './rule.ts'

export const setPoll: StaffRule<'poll.set'> = {
  needs(needs, { pollId }) {
    needs.polls.add(pollId)
  },
  decide(batch, _me, command) {
    const poll = batch.findPoll(command.pollId)
    if (poll === undefined) return refuse('not_found')
    batch.setPoll({ ...poll, ...toChanges(poll, command) })
    return undefined
  },
}

type Changed = Partial<Pick<PollTable, 'state' | 'revealed'>>

/** What is right in a quiz is never on the screens while it takes answers: to reveal closes it, to open again conceals. */
function toChanges(
  { right_options }: PollTable,
  { state, revealed }: Pick<StaffCommandOf<'poll.set'>, 'state' | 'revealed'>,
): Changed {
  if (right_options !== null && revealed === true) return { state: 'closed', revealed: 1 }
  if (right_options !== null && state === 'open') return { state, revealed: 0 }
  return {
    ...(state !== undefined && { state }),
    ...(revealed !== undefined && { revealed: revealed ? 1 : 0 }),
  }
}
