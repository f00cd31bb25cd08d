import { expect, test } from 'vitest'
import { simulate } from './simulate.ts'

const SEEDS_A_TEST = 25

/** Tests these seeds, some at a time; a failing one is printed with what went wrong. */
export function testSeeds(first: number, last: number): void {
  for (let from = first; from <= last; from += SEEDS_A_TEST) {
    const to = Math.min(last, from + SEEDS_A_TEST - 1)
    test(`seeds ${from} to ${to} come to rest with nothing lost, doubled or out of order`, async () => {
      for (let seed = from; seed <= to; seed += 1) {
        const wrong = await simulate(seed)
        expect(
          wrong,
          `seed ${seed} fails; it alone: SEED=${seed} npx vitest run --project sim tests/sim/seed.`,
        ).toEqual([])
      }
    })
  }
}
