import type { Refusal } from '../../shared/protocol/errors.ts'
import type { Batch } from './batch.ts'
import type { Needs } from './needs.ts'
import type { CampusCommand } from './command.ts'

/** What the commands of the campus check and write; the log knows none of them. */
export interface Rules {
  needs(needs: Needs, userId: string, command: CampusCommand): void
  decide(batch: Batch, userId: string, command: CampusCommand): Refusal | undefined
}
