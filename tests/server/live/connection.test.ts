import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMemoryBus } from '../../../server/bus/memory.ts'
import { BUFFERED_BYTES_MAX } from '../../../server/live/connection.ts'
import type { Store } from '../../../server/store/store.ts'
import { CLASSROOM_VERSION, CLASSROOM_VERSION_MIN } from '../../../shared/classroom/version.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { HEARTBEAT_MS, HELLO_WITHIN_MS, SHORT_HEARTBEAT_MS } from '../../../shared/protocol/limits.ts'
import { PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '../../../shared/protocol/version.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, dump, send } from '../../support/campus.ts'
import { ask, createTestClassroom, dumpClassrooms, type TestClassroom } from '../../support/classroom.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { type CampusLive, type ClassroomsLive, openClassroomsLive, startCampusLive } from '../../support/live.ts'
import { createDoors, type TestDoors, type TestSocket, toCookie } from '../../support/sockets.ts'
import { waitFor } from '../../support/wait-for.ts'

// What holds of every socket, through whichever door it comes. What only the campus has is in campus-door.test.ts.

let backend: Backend
let store: Store
let campus: Campus
let room: TestClassroom
let campusLive: CampusLive
let classroomsLive: ClassroomsLive
let doors: TestDoors
let clock: FakeClock
let isDown: boolean
let ann: string
const errors: unknown[] = []
const opened: TestSocket[] = []
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store, bus: createMemoryBus() })
  ann = await campus.register('Ann')
  room = await createTestClassroom({ store: backend.store, bus: campus.bus, owner: ann })
  store = {
    ...backend.store,
    get db() {
      if (isDown) throw new Error('gone')
      return backend.store.db
    },
    async read(work) {
      if (isDown) throw new Error('gone')
      return backend.store.read(work)
    },
  }
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  isDown = false
  errors.length = 0
  clock = createFakeClock()
  const live = { store, bus: campus.bus, clock: createFakeClock(), onError: (error: unknown) => errors.push(error) }
  campusLive = await startCampusLive(live)
  classroomsLive = openClassroomsLive(live)
  doors = createDoors({
    ...{ campus, campusLive, classroomsLive, clock, onError: live.onError },
    exists: async (id) => id === room.id,
    isStaff: async (id, userId) => id === room.id && userId === ann,
  })
})
afterEach(() => {
  for (const { connection } of opened.splice(0)) connection.onClosed()
  doors.close()
  campusLive.close()
  classroomsLive.close()
})

interface Door {
  path(): string
  /** Undefined where nobody is known. */
  userId(): string | undefined
  version: number
  versionBefore: number
  heartbeatMs: number
  /** How many signs of life one that is heard of answers. */
  answersOf(signs: number): number
  hello(): object
  /** Something happens that whoever follows is told. */
  write(): Promise<number>
  head(): Promise<number>
}
const onCampus: Door = {
  path: () => '/api/socket',
  userId: () => ann,
  version: PROTOCOL_VERSION,
  versionBefore: PROTOCOL_VERSION_MIN,
  heartbeatMs: HEARTBEAT_MS,
  answersOf: (signs) => signs / 2,
  hello: () => ({ type: 'hello', protocol: PROTOCOL_VERSION, log: CAMPUS_LOG, account: ann, cursor: 0 }),
  write: () => campus.accept(ann, send()),
  head: () => campus.head(),
}
const ofClassroom = {
  version: CLASSROOM_VERSION,
  versionBefore: CLASSROOM_VERSION_MIN,
  heartbeatMs: SHORT_HEARTBEAT_MS,
  answersOf: (signs: number) => signs,
  hello: () => ({ type: 'hello', protocol: CLASSROOM_VERSION, cursor: 0 }),
  write: () => room.accept(ask().command),
  head: () => room.head(),
}
const DOORS: [name: string, door: Door][] = [
  ['of somebody on the campus', onCampus],
  ['of a student', { ...ofClassroom, path: () => `/q/api/${room.id}/socket`, userId: () => undefined }],
  ['of staff', { ...ofClassroom, path: () => `/api/classrooms/${room.id}/socket`, userId: () => ann }],
]

describe.each(DOORS)('a socket %s', (_, door) => {
  async function open(sessionId: string = uuidv7()): Promise<TestSocket> {
    const userId = door.userId()
    const socket = await doors.open(door.path(), userId && toCookie(userId, sessionId))
    if (typeof socket === 'number') throw new Error(`closed with ${socket}`)
    opened.push(socket)
    return socket
  }
  const heard = (socket: TestSocket, count: number) =>
    waitFor(`${count} frames`, () => (socket.frames.length >= count ? socket.frames : undefined))
  /** One that is live at the head. */
  async function openLive(sessionId?: string): Promise<TestSocket> {
    const socket = await open(sessionId)
    socket.say({ ...door.hello(), cursor: await door.head() })
    expect((await heard(socket, 2)).map(({ type }) => type)).toEqual(['welcome', 'live'])
    return socket
  }

  test('at the head is welcomed and live, and is told what comes', async () => {
    const socket = await openLive()
    const from = await door.head()
    const to = await door.write()
    await heard(socket, 3)
    expect(socket.frames[0]).toMatchObject({ protocol: door.version, heartbeatMs: door.heartbeatMs })
    expect(socket.frames[2]).toMatchObject({ type: 'rows', from, to, lineage: expect.any(String) as string })
    expect(socket.closes).toEqual([])
  })
  test('that never pulled is behind, and live once it has pulled and resumed', async () => {
    const socket = await open()
    socket.say(door.hello())
    expect((await heard(socket, 2)).map(({ type }) => type)).toEqual(['welcome', 'behind'])
    const cursor = await door.head()
    socket.say({ type: 'resume', log: CAMPUS_LOG, cursor })
    expect((await heard(socket, 3))[2]).toMatchObject({ type: 'live' })
    await door.write()
    expect((await heard(socket, 4))[3]).toMatchObject({ type: 'rows', from: cursor })
  })
  test('of the version before is spoken to in that', async () => {
    const socket = await open()
    socket.say({ ...door.hello(), protocol: door.versionBefore, epoch: '' })
    expect((await heard(socket, 1))[0]).toMatchObject({ type: 'welcome', protocol: door.versionBefore })
    expect(socket.closes).toEqual([])
  })
  test('of the version before whose epoch is another one is behind', async () => {
    const cursor = await door.head()
    const [other, same] = [await open(), await open()]
    other.say({ ...door.hello(), protocol: door.versionBefore, epoch: 'another', cursor })
    await heard(other, 2)
    const { epoch } = other.frames[0] as { type: string; epoch?: string }
    same.say({ ...door.hello(), protocol: door.versionBefore, epoch, cursor })
    await heard(same, 2)
    expect(other.frames[1]).toMatchObject({ type: 'behind' })
    expect(same.frames[1]?.type).not.toBe('behind')
  })

  test('that says nothing is closed after its time', async () => {
    const socket = await open()
    clock.advance(HELLO_WITHIN_MS - 1)
    expect(socket.closes).toEqual([])
    clock.advance(1)
    expect(socket.closes).toEqual([[4408, 'no hello']])
  })
  test('that answers every ping stays open', async () => {
    const socket = await openLive()
    for (let beat = 0; beat < 20; beat += 1) {
      clock.advance(door.heartbeatMs)
      if (socket.frames.at(-1)?.type === 'ping') socket.say({ type: 'pong', cursor: 1 })
    }
    expect(socket.frames.slice(2).filter(({ type }) => type === 'ping')).toHaveLength(door.answersOf(20))
    expect(socket.frames.slice(2)).toHaveLength(20)
    expect(socket.closes).toEqual([])
  })
  test('that answers no ping is closed at the next one', async () => {
    const socket = await openLive()
    for (let beat = 0; socket.frames.at(-1)?.type !== 'ping' && beat < 3; beat += 1) clock.advance(door.heartbeatMs)
    expect(socket.frames.at(-1)?.type).toBe('ping')
    clock.advance(door.heartbeatMs - 1)
    expect(socket.closes).toEqual([])
    clock.advance(1)
    expect(socket.closes.map(([code]) => code)).toEqual([4408])
  })
  test('that probes is given a sign of life at once', async () => {
    const socket = await openLive()
    socket.say({ type: 'probe' })
    const to = await door.head()
    expect((await heard(socket, 3))[2]).toMatchObject({
      type: expect.stringMatching(/^(ping|beat)$/) as string,
      ...{ from: to, to },
    })
  })
  test('with too much unsent is put behind, and told nothing more until it resumes', async () => {
    const [socket, witness] = [await openLive(), await openLive()]
    socket.buffer(BUFFERED_BYTES_MAX)
    await door.write()
    await heard(witness, 3)
    expect(socket.frames.at(-1)?.type).toBe('rows')
    socket.buffer(BUFFERED_BYTES_MAX + 1)
    await door.write()
    await door.write()
    await heard(witness, 5)
    expect(socket.frames.slice(3).map(({ type }) => type)).toEqual(['behind'])
  })
  test('after its close is told nothing, says nothing, and leaves no timer', async () => {
    const [socket, witness] = [await open(), await openLive()]
    const timers = clock.waiting()
    socket.say(door.hello())
    socket.connection.onClosed()
    socket.connection.onClosed()
    expect(clock.waiting()).toBe(timers - 1)
    socket.say({ type: 'resume', log: CAMPUS_LOG, cursor: await door.head() }, { type: 'probe' })
    await door.write()
    await heard(witness, 3)
    expect(socket.frames).toEqual([])
    expect(socket.closes).toEqual([])
  })
  test('that is closed by the server is told nothing more', async () => {
    const socket = await openLive()
    socket.connection.end()
    expect(socket.closes.map(([code]) => code)).toEqual([4401])
    const witness = await openLive()
    await door.write()
    await heard(witness, 3)
    socket.say({ type: 'probe' })
    expect(socket.frames).toHaveLength(2)
    expect(socket.closes).toHaveLength(1)
  })

  const hostile: [name: string, frames: (() => unknown)[], code: number][] = [
    ['no JSON', [() => 'hello'], 4400],
    ['nothing, or something binary', [() => ''], 4400],
    ['half a frame', [() => '{"type":"hello"'], 4400],
    ['a number', [() => '5'], 4400],
    ['null', [() => 'null'], 4400],
    ['a list', [() => '[]'], 4400],
    ['deeply nested JSON', [() => '['.repeat(30_000) + ']'.repeat(30_000)], 4400],
    ['a frame without a type', [() => ({})], 4400],
    ['an unknown type', [door.hello, () => ({ type: 'shout' })], 4400],
    ['a type from the prototype', [door.hello, () => '{"type":"__proto__"}'], 4400],
    ['a frame that only a server sends', [door.hello, () => ({ type: 'live', log: CAMPUS_LOG })], 4400],
    ['a probe before hello', [() => ({ type: 'probe' })], 4400],
    ['a pong before hello', [() => ({ type: 'pong', cursor: 1 })], 4400],
    ['a resume before hello', [() => ({ type: 'resume', log: CAMPUS_LOG, cursor: 1 })], 4400],
    ['a command before hello', [() => ({ type: 'command', command: send() })], 4400],
    ['a second hello', [door.hello, door.hello], 4400],
    ['a hello of another version', [() => ({ ...door.hello(), protocol: door.version + 1 })], 4426],
    ['a hello of a version that is spoken no more', [() => ({ ...door.hello(), protocol: 0 })], 4426],
    ['a hello of another version and shape', [() => ({ type: 'hello', protocol: door.version + 1, at: [1] })], 4426],
    ['a hello without a version', [() => ({ ...door.hello(), protocol: undefined })], 4400],
    ['a hello with a cursor below 0', [() => ({ ...door.hello(), cursor: -1 })], 4400],
    ['a hello with a cursor that is text', [() => ({ ...door.hello(), cursor: '1' })], 4400],
    ['a hello with a cursor beyond all numbers', [() => ({ ...door.hello(), cursor: 1e300 })], 4400],
    ['a hello with a lineage that is too long', [() => ({ ...door.hello(), lineage: 'x'.repeat(41) })], 4400],
    ['a resume with a lineage that is none', [door.hello, () => ({ type: 'resume', cursor: 1, lineage: 5 })], 4400],
  ]
  test.each(hostile)('that sends %s is closed, and nothing is written', async (_, frames, code) => {
    const socket = await open()
    const before = [await dump(backend.store), await dumpClassrooms(backend.store)]
    socket.say(...frames.map((frame) => frame()))
    expect(socket.closes.map(([closedWith]) => closedWith)).toEqual([code])
    const told = socket.frames.length
    // What comes behind it is not taken any more.
    socket.say(door.hello(), { type: 'command', command: send() }, { type: 'probe' })
    await door.head()
    expect([await dump(backend.store), await dumpClassrooms(backend.store)]).toEqual(before)
    expect(socket.frames).toHaveLength(told)
    expect(socket.closes).toHaveLength(1)
    expect(errors).toEqual([])
  })
})

test('a socket whose hello comes while the store is away is asked to come again, and counts as no device', async () => {
  isDown = true
  const socket = await doors.open(`/q/api/${room.id}/socket`)
  if (typeof socket === 'number') throw new Error(`closed with ${socket}`)
  socket.say(ofClassroom.hello())
  await waitFor('the close', () => socket.closes[0])
  expect(socket.closes.map(([code]) => code)).toEqual([1013])
  expect(errors).toMatchObject([{ message: 'gone' }])
  expect(classroomsLive.devices.count(room.id)).toBe(0)
  isDown = false
  const again = await doors.open(`/q/api/${room.id}/socket`)
  if (typeof again === 'number') throw new Error(`closed with ${again}`)
  opened.push(again)
  again.say(ofClassroom.hello())
  await waitFor('the welcome', () => again.frames[0])
})
test('a socket of whom it cannot be found out what they may hear is asked to come again', async () => {
  const socket = await doors.open('/api/socket', toCookie(ann, 'one'))
  if (typeof socket === 'number') throw new Error(`closed with ${socket}`)
  isDown = true
  socket.say(onCampus.hello())
  await waitFor('the close', () => socket.closes[0])
  expect(socket.closes.map(([code]) => code)).toEqual([1013])
  expect(errors).toMatchObject([{ message: 'gone' }])
})

test('of one classroom 10,000 students have sockets here, staff beside them, and one more when one of them goes', async () => {
  const path = `/q/api/${room.id}/socket`
  const open = () => doors.open(path)
  const [first, ...others] = await Promise.all(Array.from({ length: 10_000 }, open))
  expect(others.filter((socket) => typeof socket === 'number')).toEqual([])
  expect(await open()).toBe(4429)
  const staff = await doors.open(`/api/classrooms/${room.id}/socket`, toCookie(ann, 'one'))
  if (typeof first === 'number' || first === undefined || typeof staff === 'number') throw new Error('not let in')
  first.connection.onClosed()
  expect(typeof (await open())).toBe('object')
  expect(await open()).toBe(4429)
})
