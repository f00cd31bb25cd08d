import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Bus, PublishedBatch } from '../../../server/bus/bus.ts'
import { createRedisBus } from '../../../server/bus/redis.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { waitUntilHeard } from '../../support/bus.ts'
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
  near = createRedisBus(redis.url, (error) => errors.push(error))
  far = createRedisBus(redis.url, (error) => errors.push(error))
  await waitUntilHeard(near, far)
  errors.length = 0
})
afterEach(async () => {
  await near.close()
  await far.close()
  await redis.stop()
})

const batch: PublishedBatch = { log: CAMPUS_LOG, epoch: randomUUID(), from: 1, to: 2, rows: [] }
const row = { type: 'reading', seq: 2, conversationId: randomUUID(), n: 1 }

const hostile: [name: string, channel: string, text: string][] = [
  ['no JSON', 'chatbox:batch', 'hello'],
  ['nothing', 'chatbox:batch', ''],
  ['null', 'chatbox:batch', 'null'],
  ['a list', 'chatbox:batch', '[]'],
  ['a batch without rows', 'chatbox:batch', JSON.stringify({ ...batch, rows: undefined })],
  ['a batch from nowhere', 'chatbox:batch', JSON.stringify({ ...batch, from: '1' })],
  [
    'a row of an unknown kind',
    'chatbox:batch',
    JSON.stringify({ ...batch, rows: [{ row: { ...row, type: 'x' }, audience: { kind: 'all' } }] }),
  ],
  [
    'a row for an unknown audience',
    'chatbox:batch',
    JSON.stringify({ ...batch, rows: [{ row, audience: { kind: 'x' } }] }),
  ],
  ['a row without an audience', 'chatbox:batch', JSON.stringify({ ...batch, rows: [{ row }] })],
  ['sessions that are no list', 'chatbox:sessions-ended', '"all"'],
  ['sessions that are numbers', 'chatbox:sessions-ended', '[1]'],
  ['typing of nobody', 'chatbox:typing', '{"conversationId":"x"}'],
  ['a question about everybody', 'chatbox:presence-asked', '{"processId":"x","userIds":"all"}'],
  ['presence without an end', 'chatbox:presence', '{"processId":"x","userIds":["y"]}'],
  ['a change of no classroom', 'chatbox:classroom', '{"to":5}'],
  ['a count that is none', 'chatbox:classroom-devices', '{"processId":"x","classroomId":"y","count":"z"}'],
  ['presence of no process', 'chatbox:presence', '{"userIds":["y"],"goneAt":null}'],
]
test.each(hostile)('%s on the channel is reported and ignored, and what follows is heard', async (_, channel, text) => {
  const heard: unknown[] = []
  far.listen({
    onBatch: (one) => heard.push(one),
    onSessionsEnded: (ids) => heard.push(ids),
    onResumed: () => undefined,
  })
  far.listenToSignals({
    onTyping: (typing) => heard.push(typing),
    onPresenceAsked: (question) => heard.push(question),
    onPresence: (presence) => heard.push(presence),
  })
  far.listenToClassrooms({
    onChanged: (change) => heard.push(change),
    onDevices: (count) => heard.push(count),
    onResumed: () => undefined,
  })
  const stranger = new Redis(redis.url)
  await stranger.publish(channel, text)
  stranger.disconnect()
  await waitFor('the report', () => (errors.length >= 2 ? true : undefined))
  near.publishBatch(batch)
  await waitFor('the batch', () => (heard.length > 0 ? true : undefined))
  expect(heard).toEqual([batch])
})

test('while Redis is away publishing neither throws nor waits, and when it is back listeners are told and hear', async () => {
  const heard: PublishedBatch[] = []
  let resumed = 0
  far.listen({ onBatch: (one) => heard.push(one), onSessionsEnded: () => undefined, onResumed: () => (resumed += 1) })
  await redis.stop()
  await waitFor('the loss', () => (errors.length > 0 ? true : undefined))
  for (let index = 0; index < 100; index += 1) near.publishBatch({ ...batch, to: 1_000 + index })
  near.publishSessionsEnded(['x'])
  near.publishTyping({ conversationId: 'x', userId: 'y' })
  near.askPresence({ processId: 'x', userIds: ['y'] })
  near.publishPresence({ processId: 'x', userIds: ['y'], goneAt: null })
  near.publishClassroomChange({ classroomId: 'x', to: 1 })
  near.publishDeviceCount({ processId: 'x', classroomId: 'y', count: 1 })
  redis = await startRedis(redis.port)
  await waitFor('the return', () => (resumed > 0 ? true : undefined))
  await waitUntilHeard(near, far)
  near.publishBatch(batch)
  await waitFor('the batch', () => heard.find(({ to }) => to === batch.to))
})

test('a connection that Redis drops is there again, and listeners are told', async () => {
  const heard: PublishedBatch[] = []
  let resumed = 0
  let resumedOfClassrooms = 0
  far.listenToClassrooms({
    onChanged: () => undefined,
    onDevices: () => undefined,
    onResumed: () => (resumedOfClassrooms += 1),
  })
  far.listen({ onBatch: (one) => heard.push(one), onSessionsEnded: () => undefined, onResumed: () => (resumed += 1) })
  const admin = new Redis(redis.url)
  await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
  admin.disconnect()
  await waitFor('the return', () => (resumed > 0 && resumedOfClassrooms > 0 ? true : undefined))
  await waitUntilHeard(near, far)
  near.publishBatch(batch)
  expect(await waitFor('the batch', () => heard[0])).toEqual(batch)
})

test('a bus closes while Redis is away', async () => {
  await redis.stop()
  await waitFor('the loss', () => (errors.length > 0 ? true : undefined))
  await near.close()
  await far.close()
  redis = await startRedis(redis.port)
})
