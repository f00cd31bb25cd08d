import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createMemoryBus } from '../../../server/bus/memory.ts'
import type { ClassroomDownFrame } from '../../../shared/classroom/frames.ts'
import { CLASSROOM_VERSION, CLASSROOM_VERSION_MIN } from '../../../shared/classroom/version.ts'
import { SHORT_HEARTBEAT_MS } from '../../../shared/protocol/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { createCampus } from '../../support/campus.ts'
import { addStaff, ask, createTestClassroom, insertUser, type TestClassroom } from '../../support/classroom.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { type CampusLive, type ClassroomsLive, openClassroomsLive, startCampusLive } from '../../support/live.ts'
import { createDoors, type TestDoors, type TestSocket } from '../../support/sockets.ts'
import { waitFor } from '../../support/wait-for.ts'

// What a classroom's socket says, in each version that is spoken.

let backend: Backend
let room: TestClassroom
let campusLive: CampusLive
let classroomsLive: ClassroomsLive
let doors: TestDoors
let clock: FakeClock
let socket: TestSocket
beforeAll(async () => {
  backend = await createBackend()
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  clock = createFakeClock()
  const bus = createMemoryBus()
  const campus = createCampus({ store: backend.store, bus })
  room = await createTestClassroom({ store: backend.store, bus })
  const live = {
    store: backend.store,
    bus,
    clock: createFakeClock(),
    onError(error: unknown) {
      throw error
    },
  }
  campusLive = await startCampusLive(live)
  classroomsLive = openClassroomsLive(live)
  doors = createDoors({
    ...{ campus, campusLive, classroomsLive, clock, onError: live.onError },
    exists: async () => true,
    isStaff: async () => false,
  })
  const opened = await doors.open(`/q/api/${room.id}/socket`)
  if (typeof opened === 'number') throw new Error(`closed with ${opened}`)
  socket = opened
})
afterEach(() => {
  socket.connection.onClosed()
  doors.close()
  campusLive.close()
  classroomsLive.close()
})
const heard = (count: number) =>
  waitFor(`${count} frames`, () =>
    // What is sent was held against the contract.
    socket.frames.length >= count ? (socket.frames as ClassroomDownFrame[]) : undefined,
  )
const hub = () => classroomsLive.hubs.open(room.log)
/** What students hear nothing of. */
async function addToStaff(): Promise<void> {
  await room.act(addStaff(await insertUser(backend.store, 'Somebody')))
  const head = await room.head()
  await waitFor('the hub', () => (hub().position.head === head ? true : undefined))
}

test('a whole exchange, frame by frame', async () => {
  const { epoch, lineage: before, head: cursor } = await room.find()
  socket.say({ type: 'hello', protocol: CLASSROOM_VERSION, lineage: before.id, cursor })
  await heard(2)
  await addToStaff()
  const { command } = ask('Why?')
  const head = await room.accept(command)
  await heard(4)
  await addToStaff()
  socket.say({ type: 'probe' })
  clock.advance(SHORT_HEARTBEAT_MS)
  socket.say({ type: 'pong' })
  const lineage = (await room.find()).lineage.id
  expect(socket.frames).toEqual([
    {
      ...{ type: 'welcome', protocol: CLASSROOM_VERSION, epoch, head: cursor },
      ...{ heartbeatMs: SHORT_HEARTBEAT_MS, devices: 1 },
    },
    { type: 'live' },
    { type: 'rows', lineage, from: cursor, to: cursor + 1, rows: [] },
    {
      ...{ type: 'rows', lineage, from: cursor + 1, to: head },
      rows: [expect.objectContaining({ type: 'question', id: command.id, text: 'Why?' }) as object],
    },
    { type: 'ping', lineage, head: head + 1, devices: 1, from: head, to: head + 1 },
    { type: 'ping', lineage, head: head + 1, devices: 1, from: head + 1, to: head + 1 },
  ])
  expect(socket.closes).toEqual([])
})

test('a whole exchange in the version before, which has no `live` and whose pings move nothing', async () => {
  const { epoch, head: cursor } = await room.find()
  socket.say({ type: 'hello', protocol: CLASSROOM_VERSION_MIN, epoch, cursor })
  await heard(2)
  await addToStaff()
  const { command } = ask('Why?')
  const head = await room.accept(command)
  await heard(4)
  await addToStaff()
  clock.advance(SHORT_HEARTBEAT_MS)
  socket.say({ type: 'pong' })
  clock.advance(SHORT_HEARTBEAT_MS)
  // What it does not know it leaves aside.
  expect(socket.frames).toMatchObject([
    { type: 'welcome', protocol: CLASSROOM_VERSION_MIN, epoch, head: cursor, devices: 1 },
    { type: 'ping', head: cursor, devices: 1 },
    { type: 'rows', from: cursor, to: cursor + 1, rows: [] },
    { type: 'rows', from: cursor + 1, to: head, rows: [{ type: 'question', id: command.id }] },
    { type: 'rows', from: head, to: head + 1, rows: [] },
    { type: 'ping', head: head + 1, devices: 1 },
    { type: 'ping', head: head + 1, devices: 1 },
  ])
})

test('whoever is behind is told how many devices there are, and moves on to nothing', async () => {
  for (const [protocol, epoch] of [
    [CLASSROOM_VERSION, ''],
    [CLASSROOM_VERSION_MIN, 'another'],
  ] as const) {
    const opened = await doors.open(`/q/api/${room.id}/socket`)
    if (typeof opened === 'number') throw new Error(`closed with ${opened}`)
    socket = opened
    socket.say({ type: 'hello', protocol, epoch, cursor: 0 })
    await heard(2)
    socket.say({ type: 'probe' })
    const [, behind, ping] = await heard(3)
    expect([behind, ping]).toMatchObject([{ type: 'behind' }, { type: 'ping', head: await room.head(), devices: 1 }])
    expect(ping).not.toMatchObject({ to: expect.any(Number) as number })
    socket.connection.onClosed()
  }
})
