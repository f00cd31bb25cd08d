import { test } from 'vitest'
import { runSeeds } from './run-seeds.ts'

test('seeds 126 to 250 come to rest with nothing lost, doubled or out of order', async () => {
  await runSeeds(126, 251)
})
