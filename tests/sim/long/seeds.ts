import { testSeed } from '../run-seeds.ts'

const FIRST = Number(process.env.FIRST_SEED ?? 1)
const COUNT = Number(process.env.SEEDS ?? 500)

/** One half of the seeds that were asked for: a core each. */
export function testHalf(half: 0 | 1): void {
  for (let seed = FIRST; seed < FIRST + COUNT; seed += 1) if (seed % 2 === half) testSeed(seed)
}
