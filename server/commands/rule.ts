import type { Refusal } from '../../shared/protocol/errors.ts'
import type { Batch } from '../campus/batch.ts'
import type { Needs } from '../campus/needs.ts'
import type { CampusCommand } from '../campus/command.ts'

/**
 * What one kind of command checks and writes. `needs` names what has to be loaded; `decide` looks at
 * that alone, and either refuses, changing nothing, or changes the batch. It never waits.
 */
export interface Rule<Type extends CampusCommand['type']> {
  needs(needs: Needs, userId: string, command: Extract<CampusCommand, { type: Type }>): void
  decide(batch: Batch, userId: string, command: Extract<CampusCommand, { type: Type }>): Refusal | undefined
}
