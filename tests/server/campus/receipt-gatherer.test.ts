import { afterEach, beforeEach, expect, test } from 'vitest'
import { createReceiptGatherer, type ReceiptGatherer } from '../../../server/campus/receipt-gatherer.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'

const pair = { id: 'a conversation of two', member_count: 2 }
const large = { id: 'a group of fifty', member_count: 50 }

let clock: FakeClock
let gatherer: ReceiptGatherer
let published: string[]
/** What the store knows to be unpublished. */
let unpublished: (typeof pair)[]
let failures: unknown[]
let errors: unknown[]

beforeEach(() => {
  clock = createFakeClock()
  published = []
  unpublished = []
  failures = []
  errors = []
  gatherer = createReceiptGatherer({
    clock,
    async publish(id) {
      if (failures.length > 0) throw failures.shift()
      published.push(id)
    },
    listUnpublished: async () => unpublished,
    onError: (error) => errors.push(error),
  })
})
afterEach(async () => {
  await gatherer.close()
  expect(clock.waiting(), 'timers left behind').toBe(0)
})

async function pass(ms: number): Promise<void> {
  clock.advance(ms)
  // What was begun by a timer has promises to go through.
  for (let turns = 0; turns < 10; turns++) await Promise.resolve()
}

test('what gathers within an interval is published once, the first of it soon', async () => {
  gatherer.note(pair)
  gatherer.note(pair)
  await pass(100)
  expect(published).toEqual([pair.id])
  for (let words = 0; words < 5; words++) {
    gatherer.note(pair)
    await pass(100)
  }
  expect(published).toEqual([pair.id])
  await pass(1_000)
  expect(published).toEqual([pair.id, pair.id])
})

test('the larger a conversation, the longer it gathers', async () => {
  gatherer.note(large)
  await pass(900)
  expect(published).toEqual([])
  await pass(200)
  gatherer.note(large)
  await pass(4_000)
  expect(published).toEqual([large.id])
  await pass(1_000)
  expect(published).toEqual([large.id, large.id])
})

test('what the store does not take is published some seconds later', async () => {
  failures.push(new Error('the store is away'))
  gatherer.note(pair)
  await pass(100)
  expect(published).toEqual([])
  expect(errors).toHaveLength(1)
  await pass(5_000)
  expect(published).toEqual([pair.id])
})

test('what nobody published, because its process was killed or never heard that it was stored, is found in the store', async () => {
  unpublished = [pair]
  await gatherer.begin()
  await pass(100)
  expect(published).toEqual([pair.id])
  unpublished = []
  await pass(60_000)
  expect(published).toEqual([pair.id])
  unpublished = [large]
  await pass(30_000)
  await pass(1_000)
  expect(published).toEqual([pair.id, large.id])
})

test('closing publishes at once what is noted, and takes nothing more', async () => {
  gatherer.note(large)
  await gatherer.close()
  expect(published).toEqual([large.id])
  gatherer.note(pair)
  await pass(10_000)
  expect(published).toEqual([large.id])
})
