import { test } from 'vitest'
import { runSeeds } from './run-seeds.ts'

test('seeds 251 to 375 come to rest with nothing lost, doubled or out of order', async () => {
  await runSeeds(251, 376)
})
