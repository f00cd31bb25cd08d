import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createMemoryBus } from '../../../server/bus/memory.ts'
import type { ClassroomAudience } from '../../../server/classroom/types.ts'
import { TELL_AFTER_MS } from '../../../server/live/classroom-devices.ts'
import { IDLE_MS } from '../../../server/live/hubs.ts'
import type { Store } from '../../../server/store/store.ts'
import type { ClassroomLogRow } from '../../../shared/classroom/rows.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  addStaff,
  ask,
  createTestClassroom,
  insertUser,
  readTo,
  removeStaff,
  set,
  type TestClassroom,
  toReader,
} from '../../support/classroom.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { followLog, type TestFollower } from '../../support/follower.ts'
import { type ClassroomsLive, openClassroomsLive } from '../../support/live.ts'
import { waitFor } from '../../support/wait-for.ts'

// Who hears what of a classroom's log. What holds for every log is in hub.test.ts.

let backend: Backend
let store: Store
let room: TestClassroom
let live: ClassroomsLive
let clock: FakeClock
let statements: string[] = []
const errors: unknown[] = []
beforeAll(async () => {
  backend = await createBackend()
  store = backend.openStore((statement) => statements.push(statement))
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  errors.length = 0
  clock = createFakeClock()
  const bus = createMemoryBus()
  room = await createTestClassroom({ store: backend.store, bus })
  live = openClassroomsLive({ store, bus, clock, onError: (error) => errors.push(error) })
})
afterEach(() => {
  live.close()
  expect([...errors, ...room.errors]).toEqual([])
})

type Follower = TestFollower<ClassroomLogRow>
const LIVE = { type: 'live' }
const follow = (audience: ClassroomAudience, userId = room.owner): Follower =>
  followLog(live.hubs.open(room.log), toReader(audience, userId))
/** Somebody live from the head on. */
async function followLive(audience: ClassroomAudience, userId?: string): Promise<Follower> {
  const follower = follow(audience, userId)
  await follower.resume(await room.head(), '')
  expect(follower.take()).toEqual([LIVE])
  return follower
}
const until = (follower: Follower, to: number) =>
  waitFor(`position ${to}`, () => follower.frames.find((frame) => frame.type === 'rows' && frame.to >= to))
const rows = (from: number, to: number, ...types: string[]) => ({
  ...{ type: 'rows', from, to },
  rows: types.map((type) => expect.objectContaining({ type }) as object),
})
const reads = () => statements.filter((statement) => /from ["`]question["`]/.test(statement)).length

test('whoever is live hears each step, read once for all, and the room less than staff', async () => {
  const all = [await followLive('everybody'), await followLive('everybody'), await followLive('everybody')]
  const staff = await followLive('staff')
  const head = await room.head()
  await room.act(set({ mode: 'approval' }))
  for (const one of [...all, staff]) await until(one, head + 1)
  statements = []
  const to = await room.accept(ask('Held').command)
  for (const one of [...all, staff]) await until(one, to)
  expect(reads()).toBe(1)
  for (const one of all) {
    expect(one.take()).toEqual([rows(head, head + 1, 'classroom'), rows(head + 1, to, 'question')])
    expect(one.frames.at(-1)).toMatchObject({ rows: [{ state: 'held', text: null }] })
  }
  expect(staff.take()).toEqual([rows(head, head + 1, 'classroom', 'desk'), rows(head + 1, to, 'question')])
  expect(staff.frames.at(-1)).toMatchObject({ rows: [{ state: 'held', text: 'Held' }] })
})
test('what only staff may see is told to all of them, and the room moves on without it', async () => {
  const assistant = await insertUser(backend.store, 'An assistant')
  await room.act(addStaff(assistant))
  const [one, staff, other] = [
    await followLive('everybody'),
    await followLive('staff'),
    await followLive('staff', assistant),
  ]
  await room.accept(ask().command)
  await room.act(readTo(1))
  const to = await room.head()
  await until(staff, to)
  await until(other, to)
  expect(one.rows().map(({ type }) => type)).toEqual(['question'])
  one.take()
  one.following.ping(true)
  expect(one.take()).toEqual([{ type: 'ping', from: to - 1, to }])
  for (const { frames } of [staff, other]) expect(frames.at(-1)).toMatchObject({ rows: [{ type: 'staff', readN: 1 }] })
})
test('staff who are removed are told nothing of the batch that removes them, and the others are', async () => {
  const assistant = await insertUser(backend.store, 'An assistant')
  await room.act(addStaff(assistant))
  const [removed, again] = [await followLive('staff', assistant), await followLive('staff', assistant)]
  const [owner, one] = [await followLive('staff'), await followLive('everybody')]
  // What is commanded while another transaction is under way is one batch.
  await Promise.all([
    room.act(readTo(0)),
    room.accept(ask('Before').command),
    room.act(removeStaff(assistant)),
    room.accept(ask('After').command),
  ])
  const to = await room.head()
  await until(owner, to)
  await until(one, to)
  expect([removed, again].map((follower) => follower.isEnded())).toEqual([true, true])
  expect([owner, one].map((follower) => follower.isEnded())).toEqual([false, false])
  const told = owner.rows().filter((row) => row.type === 'staff')
  expect(told).toMatchObject([{ userId: assistant, removed: true }])
})
test('how many devices there are is told soon after it changed, once for all that came, and to staff', async () => {
  const [one, staff, silent] = [await followLive('everybody'), await followLive('staff'), follow('everybody')]
  const leaves = Array.from({ length: 30 }, () => live.devices.come(room.id))
  expect(live.devices.count(room.id)).toBe(30)
  clock.advance(TELL_AFTER_MS)
  const to = await room.head()
  const ping = { type: 'ping', from: to, to }
  expect([one.take(), staff.take()]).toEqual([[ping], [ping]])
  // Who has not resumed is told nothing.
  expect(silent.take()).toEqual([])
  for (const leave of leaves) leave()
  clock.advance(TELL_AFTER_MS)
  expect([one.take(), staff.take()]).toEqual([[ping], [ping]])
  expect(live.devices.count(room.id)).toBe(0)
})
test('a while after the last one left nothing is read any more, and who comes back hears again', async () => {
  const idle = clock.waiting()
  // A look is over when the next one waits for its time.
  const lookFor = async (ms: number) => {
    clock.advance(ms)
    await waitFor('the look', () => (clock.waiting() === idle ? true : undefined))
  }
  const one = await followLive('everybody')
  one.following.remove()
  await lookFor(IDLE_MS)
  statements = []
  await room.accept(ask().command)
  await lookFor(1_000)
  await lookFor(1_000)
  expect(statements).toEqual([])
  expect(one.take()).toEqual([])
  const back = await followLive('everybody')
  await until(back, await room.accept(ask().command))
})
test('of two classrooms each is told of its own', async () => {
  const bus = createMemoryBus()
  const [first, second] = [
    await createTestClassroom({ store: backend.store, bus }),
    await createTestClassroom({ store: backend.store, bus }),
  ]
  const both = openClassroomsLive({ store, bus, clock, onError: (error) => errors.push(error) })
  const [one, other] = [first, second].map(({ log }) => followLog(both.hubs.open(log), { audience: 'everybody' }))
  if (one === undefined || other === undefined) throw new Error('nobody follows')
  await one.resume(await first.head(), '')
  await other.resume(await second.head(), '')
  await until(one, await first.accept(ask('Of the first').command))
  await until(other, await second.accept(ask('Of the second').command))
  const textsOf = (follower: Follower) => follower.rows().flatMap((row) => (row.type === 'question' ? [row.text] : []))
  expect([textsOf(one), textsOf(other)]).toEqual([['Of the first'], ['Of the second']])
  both.close()
})
