import { randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Bus, PublishedBatch } from '../../../server/bus/bus.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type BusPair, createBusPair } from '../../support/bus.ts'
import { waitFor } from '../../support/wait-for.ts'

let backend: Backend
let buses: BusPair
const errors: unknown[] = []
beforeEach(async () => {
  backend = await createBackend()
  errors.length = 0
  buses = await createBusPair(backend, (error) => errors.push(error))
})
afterEach(async () => {
  await buses.close()
  await backend.dispose()
})

function listen(bus: Bus) {
  const batches: PublishedBatch[] = []
  const ended: string[] = []
  const stop = bus.listen({
    onBatch: (batch) => batches.push(batch),
    onSessionsEnded: (ids) => ended.push(...ids),
    onResumed: () => undefined,
  })
  return { batches, ended, stop }
}

const epoch = randomUUID()
function batchOf(from: number, text = 'Hello'): PublishedBatch {
  const seq = from + 1
  return {
    log: CAMPUS_LOG,
    epoch,
    from,
    to: from + 5,
    rows: [
      {
        row: {
          type: 'message',
          seq,
          id: uuidv7(),
          conversationId: EVERYONE_ID,
          n: 1,
          authorId: uuidv7(),
          text,
          writtenAt: 1,
          sentAt: 2,
          editedAt: null,
          replyTo: null,
          mentions: [],
          mentionsAll: true,
          forwarded: true,
          pinnedAt: null,
          edits: 0,
        },
        audience: { kind: 'all' },
      },
      {
        row: {
          type: 'message',
          seq: seq + 1,
          id: uuidv7(),
          conversationId: uuidv7(),
          n: 1,
          authorId: uuidv7(),
          text: null,
          writtenAt: 1,
          sentAt: 2,
          editedAt: 3,
          replyTo: { messageId: uuidv7(), n: 1 },
          mentions: [uuidv7()],
          mentionsAll: false,
          forwarded: false,
          pinnedAt: 4,
          edits: 1,
        },
        audience: { kind: 'members', conversationId: uuidv7() },
      },
      {
        row: {
          type: 'conversation',
          seq: seq + 2,
          id: uuidv7(),
          kind: 'direct',
          title: null,
          creatorId: null,
          createdAt: 1,
        },
        audience: { kind: 'members', conversationId: uuidv7() },
      },
      {
        row: { type: 'reading', seq: seq + 3, conversationId: EVERYONE_ID, n: 1 },
        audience: { kind: 'user', userId: uuidv7() },
      },
      {
        row: {
          type: 'seen',
          seq: seq + 4,
          conversationId: uuidv7(),
          userId: uuidv7(),
          steps: [
            { n: 1, at: 1 },
            { n: 5, at: 2 },
          ],
        },
        audience: { kind: 'seers', conversationId: uuidv7() },
      },
    ],
  }
}
const heard = <Item>(items: readonly Item[], count: number) =>
  waitFor(`${count} words on the bus`, () => (items.length >= count ? items : undefined))

test('a batch arrives as it was said, at the other end and at the own', async () => {
  const [near, far] = [listen(buses.near), listen(buses.far)]
  const batch = batchOf(5, 'Ünïcödé 👋 "quoted"\n')
  buses.near.publishBatch(batch)
  expect(await heard(near.batches, 1)).toEqual([batch])
  expect(await heard(far.batches, 1)).toEqual([batch])
})
test('words of one end arrive in the order in which they were said', async () => {
  const far = listen(buses.far)
  for (let index = 0; index < 200; index += 1) buses.near.publishBatch(batchOf(index * 5))
  expect((await heard(far.batches, 200)).map(({ from }) => from)).toEqual(
    Array.from({ length: 200 }, (_, index) => index * 5),
  )
})
test('every listener of an end hears', async () => {
  const all = [listen(buses.far), listen(buses.far), listen(buses.far)]
  buses.near.publishBatch(batchOf(1))
  for (const one of all) expect(await heard(one.batches, 1)).toHaveLength(1)
})
test('a listener that throws keeps the word from none of the others, nor from being reported', async () => {
  const stop = buses.far.listen({
    onBatch() {
      throw new Error('a bug in a listener')
    },
    onSessionsEnded: () => undefined,
    onResumed: () => undefined,
  })
  const far = listen(buses.far)
  try {
    buses.near.publishBatch(batchOf(1))
  } catch (error) {
    errors.push(error)
  }
  await heard(far.batches, 1)
  expect(errors).toMatchObject([{ message: 'a bug in a listener' }])
  stop()
})
test('who stopped listening hears nothing more, and the others do', async () => {
  const [one, other] = [listen(buses.far), listen(buses.far)]
  one.stop()
  buses.near.publishBatch(batchOf(1))
  await heard(other.batches, 1)
  expect(one.batches).toEqual([])
})
test('the end of sessions is told to both ends, and is no batch', async () => {
  const [near, far] = [listen(buses.near), listen(buses.far)]
  buses.near.publishSessionsEnded(['one', 'other'])
  expect(await heard(far.ended, 2)).toEqual(['one', 'other'])
  expect(await heard(near.ended, 2)).toEqual(['one', 'other'])
  expect([...near.batches, ...far.batches]).toEqual([])
})

function listenToSignals(bus: Bus) {
  const words: unknown[] = []
  const stop = bus.listenToSignals({
    onTyping: (typing) => words.push({ typing }),
    onPresenceAsked: (question) => words.push({ question }),
    onPresence: (presence) => words.push({ presence }),
  })
  return { words, stop }
}
const typing = { conversationId: uuidv7(), userId: uuidv7() }
const question = { processId: uuidv7(), userIds: [uuidv7(), uuidv7()] }
const there = { ...question, goneAt: null }
const gone = { ...question, goneAt: 1_800_000_000_000 }

test('what is only for now arrives as it was said and in order, at the other end and at the own, and is no batch', async () => {
  const [near, far, log] = [listenToSignals(buses.near), listenToSignals(buses.far), listen(buses.far)]
  buses.near.publishTyping(typing)
  buses.near.askPresence(question)
  buses.near.publishPresence(there)
  buses.near.publishPresence(gone)
  const said = [{ typing }, { question }, { presence: there }, { presence: gone }]
  expect(await heard(near.words, 4)).toEqual(said)
  expect(await heard(far.words, 4)).toEqual(said)
  expect([...log.batches, ...log.ended]).toEqual([])
})
test('who stopped listening to what is only for now hears nothing more, and the others do', async () => {
  const [one, other] = [listenToSignals(buses.far), listenToSignals(buses.far)]
  one.stop()
  buses.near.publishTyping(typing)
  await heard(other.words, 1)
  expect(one.words).toEqual([])
})
test('a listener that throws keeps what is only for now from none of the others', async () => {
  buses.far.listenToSignals({
    onTyping() {
      throw new Error('a bug in a listener')
    },
    onPresenceAsked: () => undefined,
    onPresence: () => undefined,
  })
  const far = listenToSignals(buses.far)
  try {
    buses.near.publishTyping(typing)
  } catch (error) {
    errors.push(error)
  }
  await heard(far.words, 1)
  expect(errors).toMatchObject([{ message: 'a bug in a listener' }])
})
test('a batch of 2,000 rows with the longest texts arrives', async () => {
  const far = listen(buses.far)
  const [message] = batchOf(0).rows
  if (message === undefined) throw new Error('there is no row')
  const rows = Array.from({ length: 2_000 }, () => message)
  buses.near.publishBatch({ log: CAMPUS_LOG, epoch, from: 0, to: 2_000, rows })
  expect((await heard(far.batches, 1))[0]?.rows).toHaveLength(2_000)
})
test('after close nothing is heard', async () => {
  const [far, signals] = [listen(buses.far), listenToSignals(buses.far)]
  await buses.far.close()
  buses.near.publishBatch(batchOf(1))
  buses.near.publishSessionsEnded(['x'])
  buses.near.publishTyping(typing)
  expect([...far.batches, ...far.ended, ...signals.words]).toEqual([])
})
