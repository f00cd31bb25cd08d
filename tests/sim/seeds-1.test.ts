import { test } from 'vitest'
import { runSeeds } from './run-seeds.ts'

test('seeds 1 to 125 come to rest with nothing lost, doubled or out of order', async () => {
  await runSeeds(1, 126)
})
