import { StoreUnavailable } from '../../server/log/group-commit.ts'
import type { Faults } from './faults.ts'
import type { Planted } from './planted/planted.ts'
import type { Chance, Scheduler } from './scheduler.ts'
import type { Witness } from './witness.ts'

/** What every part of one run shares. */
export interface World {
  readonly scheduler: Scheduler
  readonly chance: Chance
  readonly faults: Faults
  readonly planted: Planted
  readonly witness: Witness
  /** Whether the network, the bus and the machines misbehave now. */
  isRough(): boolean
  /** Whether the rough time is over, and everything was updated to the newest version. */
  isCalm(): boolean
  /** Something logged an error; one that the simulation caused is none. */
  report(error: unknown): void
  /** Whether something is wrong already, so that a run may end. */
  isWrong(): boolean
  /** What was logged and should not have been. */
  readonly errors: unknown[]
}

export function createWorld(parts: Pick<World, 'scheduler' | 'chance' | 'faults' | 'planted' | 'witness'>): World & {
  setRough(isRough: boolean): void
} {
  let rough = false
  let calm = false
  const errors: unknown[] = []
  return {
    ...parts,
    errors,
    isRough: () => rough,
    isWrong: () => errors.length > 0 || parts.witness.wrong.length > 0,
    isCalm: () => calm,
    setRough(isRough) {
      calm = rough && !isRough
      rough = isRough
    },
    report(error) {
      if (!isMadeUp(error)) errors.push(error)
    },
  }
}

const madeUp = new WeakSet<Error>()

/** An error that the simulation throws in the world's place. */
export function makeUp<Made extends Error>(error: Made): Made {
  madeUp.add(error)
  return error
}

function isMadeUp(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return madeUp.has(error) || error instanceof StoreUnavailable || isMadeUp(error.cause) || isBare(error)
}

/** Of what happens in a classroom only the code is logged; no database in memory gives one of these by itself. */
function isBare({ message }: Error): boolean {
  return /SQLITE_(IOERR|FULL|BUSY)/.test(message)
}
