import { beforeEach, expect, test } from 'vitest'
import type { Bus } from '../../../server/bus/bus.ts'
import { deviceCounts } from '../../../server/bus/channels.ts'
import { createMemoryBus } from '../../../server/bus/memory.ts'
import {
  BETWEEN_POLLS_MS,
  type ClassroomDevices,
  createClassroomDevices,
  FORGOTTEN_AFTER_MS,
  SAY_AFTER_MS,
  SAY_EVERY_MS,
} from '../../../server/live/classroom-devices.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'

const ROOM = 'abcdefghijkl'
let bus: Bus
let clock: FakeClock
let said: unknown[]
let one: ClassroomDevices
let other: ClassroomDevices
let changes: string[]
beforeEach(() => {
  bus = createMemoryBus()
  clock = createFakeClock()
  said = []
  changes = []
  bus.listen(deviceCounts, (count) => said.push(count))
  one = start('one')
  other = start('other')
})

function start(processId: string, ears = bus): ClassroomDevices {
  const onChanged = (classroomId: string) => changes.push(`${processId} ${classroomId}`)
  return createClassroomDevices({ processId, bus: ears, clock, onChanged })
}
const counts = () => [one.count(ROOM), other.count(ROOM)]

test('devices of all processes are counted together, soon after they come and go', () => {
  const leave = one.come(ROOM)
  one.come(ROOM)
  other.come(ROOM)
  expect(counts()).toEqual([2, 1])
  clock.advance(SAY_AFTER_MS)
  expect(counts()).toEqual([3, 3])
  leave()
  leave()
  clock.advance(SAY_AFTER_MS)
  expect(counts()).toEqual([2, 2])
  expect(one.count('another room')).toBe(0)
})

test('a hundred who come at once are one word, and a word holds nothing but a number', () => {
  for (let count = 0; count < 100; count += 1) one.come(ROOM)
  clock.advance(SAY_AFTER_MS)
  expect(said).toEqual([{ processId: 'one', classroomId: ROOM, count: 100 }])
})

test('a process that comes later learns of the others as soon as somebody is there', () => {
  one.come(ROOM)
  clock.advance(SAY_AFTER_MS)
  const late = start('late')
  expect(late.count(ROOM)).toBe(0)
  late.come(ROOM)
  clock.advance(SAY_AFTER_MS)
  clock.advance(SAY_AFTER_MS)
  expect(late.count(ROOM)).toBe(2)
  // Each answers whom it has not heard of once, and nobody goes on answering.
  clock.advance(SAY_AFTER_MS)
  const before = said.length
  clock.advance(10 * SAY_AFTER_MS)
  expect(said).toHaveLength(before)
})

test('a process that died is forgotten, and one that lives is not', async () => {
  let isDead = false
  const dying: Bus = {
    ...bus,
    publish: (channel, word) => {
      if (!isDead) bus.publish(channel, word)
    },
  }
  start('dying', dying).come(ROOM)
  other.come(ROOM)
  clock.advance(SAY_AFTER_MS)
  expect(one.count(ROOM)).toBe(2)
  isDead = true
  for (let waited = 0; waited < FORGOTTEN_AFTER_MS + SAY_EVERY_MS; waited += SAY_EVERY_MS) {
    clock.advance(SAY_EVERY_MS)
    // A beat is set again when the one before is over.
    await new Promise(setImmediate)
  }
  clock.advance(SAY_AFTER_MS)
  expect(counts()).toEqual([1, 1])
  expect(changes.at(-1)).toMatch(/ abcdefghijkl$/)
})

test('between two long polls a device is still there, and afterwards it is not', () => {
  const polls = [one.comeToPoll(ROOM), one.comeToPoll(ROOM)]
  expect(one.count(ROOM)).toBe(2)
  for (const leave of polls) leave()
  clock.advance(BETWEEN_POLLS_MS - 1)
  expect(one.count(ROOM)).toBe(2)
  const next = one.comeToPoll(ROOM)
  expect(one.count(ROOM)).toBe(2)
  clock.advance(BETWEEN_POLLS_MS)
  expect(one.count(ROOM)).toBe(1)
  next()
  next()
  clock.advance(BETWEEN_POLLS_MS)
  expect(one.count(ROOM)).toBe(0)
})

test('after close it neither says nor hears, and sets no clock', () => {
  one.close()
  other.close()
  expect(clock.waiting()).toBe(0)
})
