import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { createCounter } from '../../../server/accounts/counter.ts'
import { startRedis } from '../../support/services.ts'
import { waitFor } from '../../support/wait-for.ts'

const TWO = { points: 2, withinMs: 60_000 }
const LIMITED = { kind: 'limited', retryAfterMs: expect.any(Number) as number }

test('what was given back can be taken again', async () => {
  const counter = createCounter('test', TWO, undefined)
  expect(await counter.take('a')).toBeUndefined()
  expect(await counter.take('a')).toBeUndefined()
  expect(await counter.take('a')).toEqual(LIMITED)
  expect(await counter.take('b')).toBeUndefined()
  await counter.giveBack('b')
  expect(await counter.take('b')).toBeUndefined()
  expect(await counter.take('b')).toBeUndefined()
  expect(await counter.take('b')).toEqual(LIMITED)
})

test('processes of one campus count together in Redis, and apart from another campus; without it each counts for itself, and nobody is let in unlimited', async () => {
  const service = await startRedis()
  const clients = [1, 2].map(() => new Redis(service.url, { enableOfflineQueue: false }))
  clients.forEach((client) => client.on('error', () => undefined))
  const isReady = (client: Redis) => client.status === 'ready'
  await waitFor('Redis', () => clients.every(isReady) || undefined)
  const [one, other] = clients.map((client) => createCounter('test', TWO, { client, prefix: 'chatbox:campus' }))
  expect(await one?.take('a')).toBeUndefined()
  expect(await other?.take('a')).toBeUndefined()
  expect(await one?.take('a')).toEqual(LIMITED)
  expect(await other?.take('a')).toEqual(LIMITED)
  const another = clients.map((client) => createCounter('test', TWO, { client, prefix: 'chatbox:another campus' }))
  expect(await another[0]?.take('a')).toBeUndefined()

  await service.stop()
  await waitFor('Redis to be gone', () => !clients.some(isReady) || undefined)
  expect(await one?.take('a')).toBeUndefined()
  expect(await one?.take('a')).toBeUndefined()
  expect(await one?.take('a')).toEqual(LIMITED)
  clients.forEach((client) => client.disconnect())
})
