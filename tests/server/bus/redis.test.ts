import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Bus, Channel } from '../../../server/bus/bus.ts'
import { deviceCounts, presence, presenceAsked, sessionsEnded, typing } from '../../../server/bus/channels.ts'
import { createRedisBus } from '../../../server/bus/redis.ts'
import { campusChannel } from '../../../server/campus/types.ts'
import { classroomChannel } from '../../../server/classroom/types.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { PREFIX, waitUntilHeard } from '../../support/bus.ts'
import type { PublishedBatch } from '../../support/campus.ts'
import { type Service, startRedis } from '../../support/services.ts'
import { waitFor } from '../../support/wait-for.ts'

// Of the Redis bus alone; a Redis of its own is started on either backend.

let redis: Service
let near: Bus
let far: Bus
const errors: unknown[] = []
beforeEach(async () => {
  redis = await startRedis()
  errors.length = 0
  near = createRedisBus(redis.url, PREFIX, (error) => errors.push(error))
  far = createRedisBus(redis.url, PREFIX, (error) => errors.push(error))
  await waitUntilHeard(near, far)
  errors.length = 0
})
afterEach(async () => {
  await near.close()
  await far.close()
  await redis.stop()
})

const CHANNELS: readonly Channel<unknown>[] = [
  ...[campusChannel, classroomChannel, sessionsEnded, typing, presenceAsked, presence, deviceCounts],
]
const batch: PublishedBatch = { log: CAMPUS_LOG, lineage: { id: randomUUID(), start: 0 }, from: 1, to: 2, rows: [] }
const row = { type: 'reading', seq: 2, conversationId: randomUUID(), n: 1 }

const hostile: [name: string, channel: Channel<unknown>, text: string][] = [
  ['no JSON', campusChannel, 'hello'],
  ['nothing', campusChannel, ''],
  ['null', campusChannel, 'null'],
  ['a list', campusChannel, '[]'],
  ['a batch that says nothing of rows', campusChannel, JSON.stringify({ ...batch, rows: undefined })],
  ['a batch from nowhere', campusChannel, JSON.stringify({ ...batch, from: '1' })],
  ['a batch of no lineage', campusChannel, JSON.stringify({ ...batch, lineage: null })],
  [
    'a row of an unknown kind',
    campusChannel,
    JSON.stringify({ ...batch, rows: [{ row: { ...row, type: 'x' }, audience: { kind: 'all' } }] }),
  ],
  [
    'a row for an unknown audience',
    campusChannel,
    JSON.stringify({ ...batch, rows: [{ row, audience: { kind: 'x' } }] }),
  ],
  ['a row without an audience', campusChannel, JSON.stringify({ ...batch, rows: [{ row }] })],
  ['a change of no classroom', classroomChannel, '{"from":4,"to":5,"rows":null}'],
  ['rows of a classroom', classroomChannel, JSON.stringify(batch)],
  ['sessions that are no list', sessionsEnded, '"all"'],
  ['sessions that are numbers', sessionsEnded, '[1]'],
  ['typing of nobody', typing, '{"conversationId":"x"}'],
  ['a question about everybody', presenceAsked, '{"processId":"x","userIds":"all"}'],
  ['presence without an end', presence, '{"processId":"x","userIds":["y"]}'],
  ['presence of no process', presence, '{"userIds":["y"],"goneAt":null}'],
  ['a count that is none', deviceCounts, '{"processId":"x","classroomId":"y","count":"z"}'],
]
test.each(hostile)('%s on the channel is reported and ignored, and what follows is heard', async (_, channel, text) => {
  const heard: unknown[] = []
  for (const one of CHANNELS) far.listen(one, (word) => heard.push(word))
  await waitUntilHeard(near, far)
  const stranger = new Redis(redis.url)
  await stranger.publish(`${PREFIX}:${channel.name}`, text)
  stranger.disconnect()
  await waitFor('the report', () => (errors.length > 0 ? true : undefined))
  near.publish(campusChannel, batch)
  await waitFor('the batch', () => (heard.length > 0 ? true : undefined))
  expect(heard).toEqual([batch])
  expect(errors).toHaveLength(1)
})

test('what is said on a campus is not heard on another with the same Redis', async () => {
  const other = createRedisBus(redis.url, 'chatbox:another campus', (error) => errors.push(error))
  const heard: unknown[] = []
  for (const channel of CHANNELS) other.listen(channel, (word) => heard.push(word))
  const beside = createRedisBus(redis.url, 'chatbox:another campus', (error) => errors.push(error))
  await waitUntilHeard(beside, other)
  near.publish(campusChannel, batch)
  near.publish(sessionsEnded, ['x'])
  near.publish(deviceCounts, { processId: 'x', classroomId: 'y', count: 1 })
  await waitUntilHeard(near, far)
  other.publish(sessionsEnded, ['its own'])
  await waitFor('its own word', () => heard.length > 0 || undefined)
  expect(heard).toEqual([['its own']])
  await other.close()
  await beside.close()
})

test('while Redis is away publishing neither throws nor waits, and when it is back listeners are told and hear', async () => {
  const heard: PublishedBatch['to'][] = []
  let resumed = 0
  far.listen(campusChannel, ({ to }) => heard.push(to))
  far.onResumed(() => (resumed += 1))
  await redis.stop()
  await waitFor('the loss', () => (errors.length > 0 ? true : undefined))
  for (let index = 0; index < 100; index += 1) near.publish(campusChannel, { ...batch, to: 1_000 + index })
  near.publish(classroomChannel, { ...batch, rows: null })
  near.publish(sessionsEnded, ['x'])
  near.publish(typing, { conversationId: 'x', userId: 'y' })
  near.publish(presenceAsked, { processId: 'x', userIds: ['y'] })
  near.publish(presence, { processId: 'x', userIds: ['y'], goneAt: null })
  near.publish(deviceCounts, { processId: 'x', classroomId: 'y', count: 1 })
  redis = await startRedis(redis.port)
  await waitFor('the return', () => (resumed > 0 ? true : undefined))
  await waitUntilHeard(near, far)
  near.publish(campusChannel, batch)
  await waitFor('the batch', () => heard.includes(batch.to) || undefined)
})

test('while Redis is away a process hears itself all the same, once, and knows that it hears nobody else', async () => {
  const heard: PublishedBatch['to'][] = []
  near.listen(campusChannel, ({ to }) => heard.push(to))
  await waitUntilHeard(far, near)
  expect(near.isThere()).toBe(true)
  await redis.stop()
  await waitFor('the loss', () => !near.isThere() || undefined)
  near.publish(campusChannel, batch)
  expect(heard).toEqual([batch.to])
  redis = await startRedis(redis.port)
  await waitFor('the return', () => near.isThere() || undefined)
  await waitUntilHeard(far, near)
  far.publish(campusChannel, { ...batch, to: 3 })
  await waitFor('the other', () => heard.length > 1 || undefined)
  expect(heard).toEqual([batch.to, 3])
})

test('a connection that Redis drops is there again, and whoever asked for it is told, and no others', async () => {
  const heard: unknown[] = []
  let resumed = 0
  let resumedAfterStop = 0
  far.onResumed(() => (resumedAfterStop += 1))()
  far.onResumed(() => (resumed += 1))
  far.listen(campusChannel, (word) => heard.push(word))
  const admin = new Redis(redis.url)
  await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
  admin.disconnect()
  await waitFor('the return', () => (resumed > 0 ? true : undefined))
  await waitUntilHeard(near, far)
  near.publish(campusChannel, batch)
  expect(await waitFor('the batch', () => heard[0])).toEqual(batch)
  expect(resumedAfterStop).toBe(0)
})

test('a bus closes while Redis is away', async () => {
  await redis.stop()
  await waitFor('the loss', () => (errors.length > 0 ? true : undefined))
  await near.close()
  await far.close()
  redis = await startRedis(redis.port)
})
