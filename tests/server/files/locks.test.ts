import { Redis } from 'ioredis'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Bus } from '../../../server/bus/bus.ts'
import { createMemoryBus } from '../../../server/bus/memory.ts'
import { createRedisBus } from '../../../server/bus/redis.ts'
import { LockHeld, type UploadLocks } from '../../../server/files/locks.ts'
import { createMemoryLocks } from '../../../server/files/memory-locks.ts'
import { createRedisLocks } from '../../../server/files/redis-locks.ts'
import { type Service, startRedis } from '../../support/services.ts'
import { waitFor } from '../../support/wait-for.ts'

/** How long one waits for a lock: on a busy machine each hand-over may take a while, and twenty follow each other. */
const WITHIN_MS = 20_000
/** For those that wait for what they are not given. */
const BRIEFLY_MS = 400
/** A busy machine may itself stand still for a second. */
const LEASE_MS = 3_000
const PREFIX = 'chatbox:locks'

let redis: Service
const ends: (() => unknown)[] = []
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(async () => {
  for (const end of ends) await end()
  await redis.stop()
})

/** The locks of one process. */
function openRedisLocks(withinMs = WITHIN_MS): { locks: UploadLocks; client: Redis; bus: Bus } {
  const client = new Redis(redis.url, { enableOfflineQueue: false })
  client.on('error', () => undefined)
  const bus = createRedisBus(redis.url, PREFIX, () => undefined)
  ends.push(() => client.disconnect(), bus.close)
  return {
    client,
    bus,
    locks: createRedisLocks({ redis: { client, prefix: PREFIX }, bus, leaseMs: LEASE_MS, withinMs }),
  }
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const NEVER = new AbortController().signal
const nothing = () => undefined

async function ready(client: Redis): Promise<void> {
  await waitFor('Redis', () => client.status === 'ready' || undefined)
}

const kinds: [string, (withinMs?: number) => Promise<[one: UploadLocks, other: UploadLocks]>][] = [
  [
    'in one process',
    async (withinMs = WITHIN_MS) => {
      const locks = createMemoryLocks(withinMs)
      return [locks, locks]
    },
  ],
  [
    'of two processes',
    async (withinMs = WITHIN_MS) => {
      const [one, other] = [openRedisLocks(withinMs), openRedisLocks(withinMs)]
      await ready(one.client)
      await ready(other.client)
      return [one.locks, other.locks]
    },
  ],
]

describe.each(kinds)('locks %s', (_, open) => {
  test('who wants one that is held asks its holder, and gets it when that lets go', async () => {
    const [one, other] = await open()
    const [first, second] = [one.newLock('a'), other.newLock('a')]
    const order: string[] = []
    await first.lock(NEVER, async () => {
      order.push('asked')
      await first.unlock()
    })
    await second.lock(NEVER, nothing)
    order.push('taken')
    expect(order).toEqual(['asked', 'taken'])
    await second.unlock()
  })

  test('who does not let go keeps it, and who waits is told', async () => {
    const [one, other] = await open(BRIEFLY_MS)
    const [first, second] = [one.newLock('b'), other.newLock('b')]
    await first.lock(NEVER, nothing)
    await expect(second.lock(NEVER, nothing)).rejects.toThrow(LockHeld)
    await first.unlock()
    await second.lock(NEVER, nothing)
    await second.unlock()
  })

  test('who waits is told also when the garbage collector comes by', async () => {
    const [one, other] = await open(BRIEFLY_MS)
    const [first, second] = [one.newLock('g'), other.newLock('g')]
    await first.lock(NEVER, nothing)
    const waiting = second.lock(new AbortController().signal, nothing)
    const collecting = setInterval(collectGarbage, 20)
    await expect(waiting).rejects.toThrow(LockHeld)
    clearInterval(collecting)
    await first.unlock()
  })

  test('who leaves while waiting waits no more, and stands in nobody’s way', async () => {
    const [one, other] = await open()
    const [first, second, third] = [one.newLock('c'), other.newLock('c'), other.newLock('c')]
    const leaving = new AbortController()
    await first.lock(NEVER, () => leaving.abort())
    const begun = performance.now()
    await expect(second.lock(leaving.signal, nothing)).rejects.toThrow(LockHeld)
    expect(performance.now() - begun).toBeLessThan(WITHIN_MS / 2)
    await first.unlock()
    await third.lock(NEVER, nothing)
    await third.unlock()
  })

  test('one is held by one at a time, however many want it', async () => {
    const [one, other] = await open()
    let holders = 0
    let most = 0
    const hold = async (locks: UploadLocks) => {
      const lock = locks.newLock('d')
      await lock.lock(NEVER, nothing)
      most = Math.max(most, (holders += 1))
      await new Promise((resolve) => setImmediate(resolve))
      holders -= 1
      await lock.unlock()
    }
    await Promise.all(Array.from({ length: 20 }, (_, index) => hold(index % 2 === 0 ? one : other)))
    expect(most).toBe(1)
  })

  test('locks of different uploads have nothing to do with each other', async () => {
    const [one, other] = await open()
    const locks = [one.newLock('e'), other.newLock('f')]
    for (const lock of locks) await lock.lock(NEVER, () => expect.unreachable())
    for (const lock of locks) await lock.unlock()
  })
})

test('who waited for somebody of their own process has that much less for another one', async () => {
  vi.useFakeTimers({ now: 0 })
  try {
    // Another process holds it, and answers nobody.
    const client = { set: () => Promise.resolve(null) } as unknown as Redis
    const redis = { client, prefix: PREFIX }
    const locks = createRedisLocks({ redis, bus: createMemoryBus(), withinMs: 1_000 })
    const refusedAt = (lock: ReturnType<typeof locks.newLock>) =>
      expect(lock.lock(NEVER, nothing))
        .rejects.toThrow(LockHeld)
        .then(() => Date.now())
    const first = refusedAt(locks.newLock('h'))
    await vi.advanceTimersByTimeAsync(600)
    const second = refusedAt(locks.newLock('h'))
    await vi.advanceTimersByTimeAsync(3_000)
    expect([await first, await second]).toEqual([1_000, 1_600])
  } finally {
    vi.useRealTimers()
  }
})

test('a lease is renewed for as long as it is held', async () => {
  const [one, other] = [openRedisLocks(), openRedisLocks(BRIEFLY_MS)]
  await ready(one.client)
  await ready(other.client)
  const lock = one.locks.newLock('long')
  await lock.lock(NEVER, nothing)
  const end = Date.now() + 2 * LEASE_MS
  while (Date.now() < end) await expect(other.locks.newLock('long').lock(NEVER, nothing)).rejects.toThrow(LockHeld)
  await lock.unlock()
})

test('who has lost the lease is told to stop, and gives back nothing that is another one’s by then', async () => {
  const [one, other] = [openRedisLocks(BRIEFLY_MS), openRedisLocks()]
  await ready(one.client)
  await ready(other.client)
  let isAsked = false
  const lock = one.locks.newLock('lost')
  await lock.lock(NEVER, () => void (isAsked = true))
  await one.client.del(`${PREFIX}:upload:lost`)
  const next = other.locks.newLock('lost')
  await next.lock(NEVER, nothing)
  await waitFor('the word to stop', () => isAsked || undefined)
  await lock.unlock()
  await expect(one.locks.newLock('lost').lock(NEVER, nothing)).rejects.toThrow(LockHeld)
  await next.unlock()
})

test('a holder that hears nothing of Redis any more stops before its lease ends', async () => {
  const own = await startRedis()
  const client = new Redis(own.url, { enableOfflineQueue: false })
  client.on('error', nothing)
  const bus = createRedisBus(own.url, PREFIX, nothing)
  await ready(client)
  const locks = createRedisLocks({ redis: { client, prefix: PREFIX }, bus, leaseMs: LEASE_MS })
  const held = locks.newLock('alone')
  const asked = new Promise<number>((resolve) => {
    void held.lock(NEVER, () => resolve(performance.now())).then(() => own.stop())
  })
  const lockedAt = performance.now()
  expect((await asked) - lockedAt).toBeLessThan(LEASE_MS)
  await held.unlock()
  // Each process goes on with its own.
  const next = locks.newLock('alone')
  await next.lock(NEVER, nothing)
  await next.unlock()
  client.disconnect()
  await bus.close()
})
