import { test } from 'vitest'
import { runSeeds } from './run-seeds.ts'

test('seeds 376 to 500 come to rest with nothing lost, doubled or out of order', async () => {
  await runSeeds(376, 501)
})
