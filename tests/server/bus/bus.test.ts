import { randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Bus, Channel } from '../../../server/bus/bus.ts'
import { deviceCounts, presence, presenceAsked, sessionsEnded, typing } from '../../../server/bus/channels.ts'
import { campusChannel } from '../../../server/campus/types.ts'
import { classroomChannel } from '../../../server/classroom/types.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type BusPair, createBusPair, waitUntilHeard } from '../../support/bus.ts'
import type { PublishedBatch } from '../../support/campus.ts'
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

function listen<Word>(bus: Bus, channel: Channel<Word>) {
  const words: Word[] = []
  const stop = bus.listen(channel, (word) => words.push(word))
  return { words, stop }
}
const heard = <Word>(words: readonly Word[], count: number) =>
  waitFor(`${count} words on the bus`, () => (words.length >= count ? words : undefined))

const lineage = { id: randomUUID(), start: 2 }
function batchOf(from: number, text = 'Hello'): PublishedBatch {
  const seq = from + 1
  return {
    log: CAMPUS_LOG,
    lineage,
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
const someone = { processId: uuidv7(), userIds: [uuidv7(), uuidv7()] }

/** Each channel that there is, with words of it. */
const channels: [name: string, says: Saying][] = [
  ['a batch of the campus, with its rows', says(campusChannel, batchOf(5, 'Ünïcödé 👋 "quoted"\n'))],
  ['a batch of a classroom, without', says(classroomChannel, { ...batchOf(5), log: 'classroom-a', rows: null })],
  ['the end of sessions', says(sessionsEnded, ['one', 'other'])],
  ['typing', says(typing, { conversationId: uuidv7(), userId: uuidv7() })],
  ['a question about presence', says(presenceAsked, someone)],
  ['presence', says(presence, { ...someone, goneAt: null }, { ...someone, goneAt: 1_800_000_000_000 })],
  ['a count of devices', says(deviceCounts, { processId: 'one', classroomId: 'abcdefghijkl', count: 3 })],
]
interface Saying {
  /** Says all words at one end of the bus; what was heard of them, and of any other channel, at both. */
  say(): Promise<{ said: unknown[]; near: unknown[]; far: unknown[]; elsewhere: unknown[] }>
}
function says<Word>(channel: Channel<Word>, ...said: Word[]): Saying {
  return {
    async say() {
      const elsewhere: unknown[] = []
      for (const other of [
        campusChannel,
        classroomChannel,
        sessionsEnded,
        typing,
        presenceAsked,
        presence,
        deviceCounts,
      ]) {
        if (other.name !== channel.name) buses.far.listen<unknown>(other, (word) => elsewhere.push(word))
      }
      const [near, far] = [listen(buses.near, channel), listen(buses.far, channel)]
      for (const word of said) buses.near.publish(channel, word)
      await heard(near.words, said.length)
      await heard(far.words, said.length)
      return { said, near: near.words, far: far.words, elsewhere }
    },
  }
}

test.each(channels)(
  '%s arrives as it was said, at the other end and at the own, and on no other channel',
  async (_, { say }) => {
    const { said, near, far, elsewhere } = await say()
    expect([near, far]).toEqual([said, said])
    expect(elsewhere).toEqual([])
  },
)
test('words of one end arrive in the order in which they were said', async () => {
  const far = listen(buses.far, campusChannel)
  for (let index = 0; index < 200; index += 1) buses.near.publish(campusChannel, batchOf(index * 5))
  expect((await heard(far.words, 200)).map(({ from }) => from)).toEqual(
    Array.from({ length: 200 }, (_, index) => index * 5),
  )
})
test('what is said at an end is heard there at once, and once', async () => {
  const near = listen(buses.near, typing)
  const [own, other] = ['own', 'other'].map((userId) => ({ conversationId: 'a', userId }))
  if (own === undefined || other === undefined) return expect.unreachable()
  buses.near.publish(typing, own)
  expect(near.words).toEqual([own])
  buses.near.publish(typing, own)
  const far = listen(buses.far, typing)
  // It comes behind what was said before it.
  await waitUntilHeard(buses.near, buses.far)
  buses.far.publish(typing, other)
  await heard(near.words, 3)
  expect(near.words).toEqual([own, own, other])
  far.stop()
})
test('every listener of an end hears', async () => {
  const all = Array.from({ length: 3 }, () => listen(buses.far, typing))
  buses.near.publish(typing, { conversationId: 'a', userId: 'b' })
  for (const one of all) expect(await heard(one.words, 1)).toHaveLength(1)
})
test('a listener that throws keeps the word from none of the others, nor from being reported', async () => {
  const stop = buses.far.listen(sessionsEnded, () => {
    throw new Error('a bug in a listener')
  })
  const far = listen(buses.far, sessionsEnded)
  try {
    buses.near.publish(sessionsEnded, ['x'])
  } catch (error) {
    errors.push(error)
  }
  await heard(far.words, 1)
  expect(errors).toMatchObject([{ message: 'a bug in a listener' }])
  stop()
})
test('who stopped listening hears nothing more, and the others do', async () => {
  const [one, other] = [listen(buses.far, sessionsEnded), listen(buses.far, sessionsEnded)]
  one.stop()
  buses.near.publish(sessionsEnded, ['x'])
  await heard(other.words, 1)
  expect(one.words).toEqual([])
})
test('who listens again hears again', async () => {
  listen(buses.far, sessionsEnded).stop()
  const again = listen(buses.far, sessionsEnded)
  buses.near.publish(sessionsEnded, ['x'])
  expect(await heard(again.words, 1)).toEqual([['x']])
})
test.each([
  ['of as many rows as a group has members, for as many groups as a transaction takes', 10_000, 'Hello'],
  ['of as many of the longest texts as a transaction pins', 500, '漢'.repeat(10_000)],
])('a batch %s arrives', async (_, count, text) => {
  const far = listen(buses.far, campusChannel)
  const [message] = batchOf(0, text).rows
  if (message === undefined) throw new Error('there is no row')
  const rows = Array.from({ length: count }, () => message)
  buses.near.publish(campusChannel, { log: CAMPUS_LOG, lineage, from: 0, to: count, rows })
  expect((await heard(far.words, 1))[0]?.rows).toHaveLength(count)
})
test('after close nothing is heard', async () => {
  const [ended, typed] = [listen(buses.far, sessionsEnded), listen(buses.far, typing)]
  await buses.far.close()
  buses.near.publish(sessionsEnded, ['x'])
  buses.near.publish(typing, { conversationId: 'a', userId: 'b' })
  expect([...ended.words, ...typed.words]).toEqual([])
})
