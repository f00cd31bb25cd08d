import { expect } from 'vitest'
import { simulate } from './simulate.ts'

/** Runs these seeds, or the one that `SEED` names; a failing one is printed with what went wrong. */
export async function runSeeds(from: number, to: number): Promise<void> {
  for (let seed = from; seed < to; seed += 1) {
    const wrong = await simulate(seed)
    expect(wrong, `seed ${seed} fails; it alone: SEED=${seed} npx vitest run --project sim tests/sim/seed`).toEqual([])
  }
}
