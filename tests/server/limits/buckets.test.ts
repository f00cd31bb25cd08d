import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Buckets, createMemoryBuckets, type Draw } from '../../../server/limits/buckets.ts'
import { createRedisBuckets } from '../../../server/limits/redis-buckets.ts'
import { systemClock } from '../../../shared/clock.ts'
import { type Service, startRedis } from '../../support/services.ts'
import { waitFor } from '../../support/wait-for.ts'

/* What is counted in one process and in several together, by one contract. */

let redis: Service
const clients: Redis[] = []
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(async () => {
  for (const client of clients) client.disconnect()
  await redis.stop()
})

async function openRedis(prefix: string): Promise<Buckets> {
  const client = new Redis(redis.url, { enableOfflineQueue: false })
  client.on('error', () => undefined)
  clients.push(client)
  await waitFor('Redis', () => client.status === 'ready' || undefined)
  return createRedisBuckets({ client, prefix }, systemClock)
}

const KINDS: [string, () => Promise<Buckets>][] = [
  ['memory', async () => createMemoryBuckets(Date.now)],
  ['Redis', () => openRedis('chatbox:one')],
]
const HOUR = 60 * 60_000
const draw = (key: string, drops = 1, depth = 3): Draw => ({ key, takesMs: drops * HOUR, depthMs: depth * HOUR })
const expectAbout = (wait: number | undefined, ms: number) => {
  expect(wait).toBeLessThanOrEqual(ms)
  expect(wait).toBeGreaterThan(ms - 60_000)
}

test.each(KINDS)('%s: a bucket holds what may come at once, and says when there is enough again', async (_, open) => {
  const buckets = await open()
  const waits = await buckets.take([[draw('a')], [draw('a', 2)], [draw('a')], [draw('b')]])
  expect(waits.with(2, 0)).toEqual([0, 0, 0, 0])
  expectAbout(waits[2], HOUR)
  const [later] = await buckets.take([[draw('a', 3)]])
  expectAbout(later, 3 * HOUR)
})

test.each(KINDS)('%s: what takes of two buckets takes of both, or of none', async (_, open) => {
  const buckets = await open()
  expect(await buckets.take([[draw('full', 3)], [draw('full'), draw('other')]])).toEqual([0, expect.any(Number)])
  const others = await buckets.take([[draw('other', 3)], [draw('other')]])
  expect(others[0]).toBe(0)
  expectAbout(others[1], HOUR)
})

test.each(KINDS)(
  '%s: what is more than a bucket holds goes when it is full, and leaves it in debt',
  async (_, open) => {
    const buckets = await open()
    const [all, next] = await buckets.take([[draw('debt', 10)], [draw('debt')]])
    expect(all).toBe(0)
    expectAbout(next, 8 * HOUR)
  },
)

test.each(KINDS)('%s: what was given back can be taken again', async (_, open) => {
  const buckets = await open()
  expect(await buckets.take([[draw('back', 3)]])).toEqual([0])
  await buckets.giveBack([draw('back', 2)])
  const waits = await buckets.take([[draw('back', 2)], [draw('back')]])
  expect(waits[0]).toBe(0)
  expectAbout(waits[1], HOUR)
})

test('processes of one campus count together, at once as well, and apart from another campus', async () => {
  const [one, other] = [await openRedis('chatbox:two'), await openRedis('chatbox:two')]
  const asked = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? one : other).take([[draw('a', 1, 5)]]))
  const waits = (await Promise.all(asked)).flat()
  expect(waits.filter((wait) => wait === 0)).toHaveLength(5)
  const another = await openRedis('chatbox:another')
  expect(await another.take([[draw('a')]])).toEqual([0])
})

test('a bucket that is full again is kept nowhere', async () => {
  const client = new Redis(redis.url)
  clients.push(client)
  const buckets = await openRedis('chatbox:short')
  await buckets.take([[{ key: 'a', takesMs: 60_000, depthMs: 60_000 }]])
  const ttl = await client.pttl('chatbox:short:limit:a')
  expect(ttl).toBeGreaterThan(0)
  expect(ttl).toBeLessThanOrEqual(60_000)
})

test('without Redis each process counts for itself: nobody waits for it, and nobody is let in unlimited', async () => {
  const service = await startRedis()
  const client = new Redis(service.url, { enableOfflineQueue: false })
  client.on('error', () => undefined)
  clients.push(client)
  await waitFor('Redis', () => client.status === 'ready' || undefined)
  const buckets = createRedisBuckets({ client, prefix: 'chatbox:gone' }, systemClock)
  expect(await buckets.take([[draw('a')]])).toEqual([0])
  await service.stop()
  await waitFor('Redis to be gone', () => client.status !== 'ready' || undefined)
  const waits = await buckets.take([[draw('a', 3)], [draw('a')]])
  expect(waits[0]).toBe(0)
  expectAbout(waits[1], HOUR)
})

test('a Redis that answers nothing is not waited for', async () => {
  const silent = { eval: () => new Promise(() => undefined) } as unknown as Redis
  const buckets = createRedisBuckets({ client: silent, prefix: 'chatbox:silent' }, systemClock)
  expect(await buckets.take([[draw('a', 3)]])).toEqual([0])
  const [wait] = await buckets.take([[draw('a')]])
  expectAbout(wait, HOUR)
})
