import type { Bus } from '../../server/bus/bus.ts'
import { createMemoryBus } from '../../server/bus/memory.ts'
import { createRedisBus } from '../../server/bus/redis.ts'
import type { Backend } from './backend.ts'
import { waitFor } from './wait-for.ts'

export interface BusPair {
  /** Two ends, as two server processes would have them; in memory both are the same. */
  readonly near: Bus
  readonly far: Bus
  close(): Promise<void>
}

/** The bus that goes with the backend, once a word of each end is heard at the other. */
export async function createBusPair(backend: Backend, onError: (error: unknown) => void): Promise<BusPair> {
  if (backend.redisUrl === undefined) {
    const bus = createMemoryBus()
    return { near: bus, far: bus, close: () => bus.close() }
  }
  const near = createRedisBus(backend.redisUrl, () => undefined)
  const far = createRedisBus(backend.redisUrl, onError)
  await waitUntilHeard(near, far)
  await waitUntilHeard(far, near)
  return {
    near,
    far,
    async close() {
      await near.close()
      await far.close()
    },
  }
}

/** Resolves when what is said at one end arrives at the other. */
export async function waitUntilHeard(from: Bus, to: Bus): Promise<void> {
  let isHeard = false
  const stop = to.listen({
    onBatch: () => undefined,
    onSessionsEnded: (ids) => (isHeard ||= ids.includes('are you there?')),
    onResumed: () => undefined,
  })
  await waitFor('the bus', () => {
    if (!isHeard) from.publishSessionsEnded(['are you there?'])
    return isHeard || undefined
  })
  stop()
}
