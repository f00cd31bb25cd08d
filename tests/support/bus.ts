import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import type { Bus, Channel } from '../../server/bus/bus.ts'
import { createMemoryBus } from '../../server/bus/memory.ts'
import { createRedisBus } from '../../server/bus/redis.ts'
import type { Backend } from './backend.ts'
import { waitFor } from './wait-for.ts'

/** What the processes of one campus share. */
export const PREFIX = 'chatbox:campus'

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
  const near = createRedisBus(backend.redisUrl, PREFIX, () => undefined)
  const far = createRedisBus(backend.redisUrl, PREFIX, onError)
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

/** Resolves when what is said at one end arrives at the other, on each channel that is listened to there. */
export async function waitUntilHeard(from: Bus, to: Bus): Promise<void> {
  let isHeard = false
  // Redis takes the subscriptions of a connection in their order, and this is the last one.
  const channel: Channel<string> = { name: `are-you-there-${randomUUID()}`, schema: v.string() }
  const stop = to.listen(channel, () => (isHeard = true))
  await waitFor('the bus', () => {
    if (!isHeard) from.publish(channel, 'are you there?')
    return isHeard || undefined
  })
  stop()
}
