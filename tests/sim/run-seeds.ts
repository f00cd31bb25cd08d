import { expect, test } from 'vitest'
import { simulate } from './simulate.ts'

/** Tests these seeds, each alone; a failing one is printed with what went wrong. */
export function testSeeds(first: number, last: number): void {
  for (let seed = first; seed <= last; seed += 1) testSeed(seed)
}

/** As `testSeeds`; see `README.md` for how a seed is run alone. */
export function testSeed(seed: number): void {
  test(`seed ${seed} comes to rest with nothing lost, doubled or out of order`, async () => {
    const { wrong, faults } = await simulate(seed)
    expect(wrong, `SEED=${seed} npx vitest run --project sim tests/sim/seed.test.ts (with ${faults})`).toEqual([])
  })
}
