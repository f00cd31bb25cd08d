import type { StaffCommand, StudentCommand } from '../../../shared/classroom/commands.ts'
import type { ClassroomOutboxEntry } from '../../sync/classroom/database.ts'

type AnyCommand = StudentCommand | StaffCommand

/** A command that the server has or will have, and whose rows are not here yet. */
export interface Pending<Command extends AnyCommand = AnyCommand> {
  command: Command
  /** False once the server took it. */
  waits: boolean
  sendAfter: number | null
}

/** Those that are shown as if they were done, in the order in which they were written. */
export function listPending(entries: readonly ClassroomOutboxEntry[]): Pending[] {
  return [...entries]
    .sort((one, other) => one.position - other.position)
    .flatMap(({ command, state }) => {
      if (state.kind === 'refused') return []
      const departure = state.kind === 'waiting' ? state.departure : undefined
      const sendAfter = departure?.kind === 'after' ? departure.at : null
      return [{ command, waits: state.kind === 'waiting', sendAfter }]
    })
}

export function pendingOf<Type extends AnyCommand['type']>(
  pending: readonly Pending[],
  type: Type,
): Pending<Extract<AnyCommand, { type: Type }>>[] {
  return pending.filter((one): one is Pending<Extract<AnyCommand, { type: Type }>> => one.command.type === type)
}
