import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { CAMPUS_TABLES } from '../../../server/campus/kind.ts'
import type { DownFrame } from '../../../shared/protocol/down.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import {
  COMMANDS_IN_FLIGHT_MAX,
  HEARTBEAT_MS,
  SOCKETS_PER_SESSION_MAX,
  TYPING_EVERY_MS,
  TYPING_TTL_MS,
  WATCHED_MAX,
} from '../../../shared/protocol/limits.ts'
import { PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '../../../shared/protocol/version.ts'
import { SEEN_STEP_MS } from '../../../server/accounts/session-life.ts'
import { sessionsEnded } from '../../../server/bus/channels.ts'
import { StoreUnavailable } from '../../../server/log/group-commit.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, dump, edit, hide, read, send } from '../../support/campus.ts'
import { createDevice } from '../../support/device.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { type CampusLive, type ClassroomsLive, openClassroomsLive, startCampusLive } from '../../support/live.ts'
import { putBack } from '../../support/put-back.ts'
import { createDoors, type TestDoors, type TestSocket, toCookie } from '../../support/sockets.ts'
import { waitFor } from '../../support/wait-for.ts'

// What a socket of the campus has besides following the log: commands, typing, presence, acknowledgements.

let backend: Backend
let campus: Campus
let campusLive: CampusLive
let classroomsLive: ClassroomsLive
let liveClock: FakeClock
let clock: FakeClock
let ann: string
let ben: string
const errors: unknown[] = []
const opened: CampusSocket[] = []
const allDoors: TestDoors[] = []
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store })
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
  errors.length = 0
  clock = createFakeClock()
  liveClock = createFakeClock()
  const { store, bus } = campus
  const live = { store, bus, clock: liveClock, onError: (error: unknown) => errors.push(error) }
  campusLive = await startCampusLive(live)
  classroomsLive = openClassroomsLive(live)
})
afterEach(() => {
  for (const { connection } of opened.splice(0)) connection.onClosed()
  for (const doors of allDoors.splice(0)) doors.close()
  campusLive.close()
  classroomsLive.close()
})

interface CampusSocket extends TestSocket {
  readonly frames: DownFrame[]
}
type Parts = Partial<Pick<Parameters<typeof createDoors>[0], 'submit' | 'attend'>>

function openDoors(parts: Parts = {}): TestDoors {
  const doors = createDoors({
    ...{ campus, campusLive, classroomsLive, clock, onError: (error) => errors.push(error) },
    exists: async () => false,
    isStaff: async () => false,
    ...parts,
  })
  allDoors.push(doors)
  return doors
}
async function connect({
  userId = ann,
  sessionId = uuidv7(),
  doors,
  ...parts
}: { userId?: string; sessionId?: string; doors?: TestDoors } & Parts = {}): Promise<CampusSocket> {
  const socket = await (doors ?? openDoors(parts)).open('/api/socket', toCookie(userId, sessionId))
  if (typeof socket === 'number') throw new Error(`closed with ${socket}`)
  // What is sent was held against the contract.
  const ofCampus = socket as CampusSocket
  opened.push(ofCampus)
  return ofCampus
}
const hello = (changes: object = {}) => ({
  ...{ type: 'hello', protocol: PROTOCOL_VERSION, log: CAMPUS_LOG, account: ann, lineage: '', cursor: 0 },
  ...changes,
})
const many = (count: number) => Array.from({ length: count }, () => uuidv7())
const heard = (socket: CampusSocket, count: number) =>
  waitFor(`${count} frames`, () => (socket.frames.length >= count ? socket.frames : undefined))

test('a whole exchange, frame by frame', async () => {
  const doors = openDoors()
  const socket = await connect({ doors })
  const device = createDevice(backend.store, ann)
  const group = await campus.group(ben, ann)
  const early = send(group, 'early')
  await campus.accept(ann, early)

  socket.say(hello())
  await heard(socket, 2)
  await device.pullAll()
  const resumedAt = device.cursor()
  socket.say({ type: 'resume', log: CAMPUS_LOG, ...device.position() })
  await heard(socket, 3)
  const late = send(group, 'late')
  await campus.accept(ben, late)
  const between = await campus.head()
  const better = edit(group, early.id, 'better')
  socket.say({ type: 'command', command: better })
  await heard(socket, 6)
  const end = await campus.head()
  clock.advance(HEARTBEAT_MS)
  clock.advance(HEARTBEAT_MS)
  socket.say({ type: 'pong', cursor: end }, { type: 'probe' }, { type: 'pong' })

  const { epoch, lineage } = campusLive.hub.position
  const where = { log: CAMPUS_LOG, lineage: lineage.id }
  const row = (id: string, authorId: string, n: number, text: string) =>
    expect.objectContaining({ type: 'message', id, authorId, n, text }) as object
  const revision = expect.objectContaining({ type: 'revision', messageId: early.id, k: 1, text: 'early' }) as object
  expect(socket.frames).toEqual([
    { type: 'welcome', protocol: PROTOCOL_VERSION, epoch, heartbeatMs: HEARTBEAT_MS, known: true },
    { type: 'behind', log: CAMPUS_LOG },
    { type: 'live', ...where, from: resumedAt },
    { type: 'rows', ...where, from: resumedAt, to: between, rows: [row(late.id, ben, 2, 'late')] },
    { type: 'rows', ...where, from: between, to: end, rows: [revision, row(early.id, ann, 1, 'better')] },
    { type: 'result', result: { status: 'accepted', id: better.id, seq: end } },
    { type: 'beat', ...where, from: end, to: end },
    { type: 'ping', ...where, from: end, to: end },
    { type: 'beat', ...where, from: end, to: end },
  ])
  expect(doors.acknowledged, 'the last time as before').toEqual([resumedAt, end, end])
  expect(socket.closes).toEqual([])
  for (const frame of socket.frames)
    if (frame.type === 'rows') device.apply(frame.rows.flatMap((row) => (row.type === 'message' ? [row] : [])))
  expect(device.messages(group).map(({ text }) => text)).toEqual(['better', 'late'])
})
test('a device whose cursor is of another history is told so with its welcome, and has acknowledged nothing', async () => {
  const doors = openDoors()
  const socket = await connect({ doors })
  socket.say(hello({ lineage: 'another', cursor: 5 }))
  expect(await heard(socket, 2)).toMatchObject([{ type: 'welcome', known: false }, { type: 'behind' }])
  expect(doors.acknowledged).toEqual([])
})

test('typing and presence, frame by frame', async () => {
  const eve = await campus.register('Eve')
  const group = await campus.group(ann, ben)
  const told = (socket: CampusSocket) => socket.frames.filter(({ type }) => /typist|presence|denied/.test(type))
  const annSays = await connect()
  const [benLooks, eveSays] = [await connect({ userId: ben }), await connect({ userId: eve })]
  annSays.say(hello())
  benLooks.say(hello({ account: ben }), { type: 'watch', conversationId: group, userIds: [ann] })
  eveSays.say(hello({ account: eve }), { type: 'typing', conversationId: group })
  await waitFor('the denial', () => told(eveSays)[0])
  eveSays.say({ type: 'watch', conversationId: group, userIds: [ann] })
  await waitFor('the presence', () => told(benLooks)[0])
  annSays.say({ type: 'typing', conversationId: group })
  await waitFor('the typing', () => told(benLooks)[1])
  liveClock.advance(TYPING_EVERY_MS)
  annSays.say({ type: 'typing', conversationId: EVERYONE_ID })
  await waitFor('the denial', () => told(annSays)[0])
  annSays.connection.onClosed()
  const goneAt = liveClock.now() - (liveClock.now() % SEEN_STEP_MS)
  liveClock.advance(SEEN_STEP_MS)
  expect(told(benLooks)).toEqual([
    { type: 'presence', userId: ann, state: 'there', lastSeenAt: null },
    { type: 'typist', conversationId: group, userId: ann, ttlMs: TYPING_TTL_MS },
    { type: 'presence', userId: ann, state: 'away', lastSeenAt: goneAt },
  ])
  await waitFor('both denials', () => told(eveSays)[1])
  const denial = { type: 'denied', code: 'not_a_member', message: 'You are not in this conversation.' }
  expect(told(eveSays)).toEqual([
    { ...denial, frame: 'typing' },
    { ...denial, frame: 'watch' },
  ])
  expect(told(annSays)).toEqual([
    { type: 'denied', frame: 'typing', code: 'forbidden', message: 'Typing is not shown in large conversations.' },
  ])
  expect([annSays, benLooks, eveSays].flatMap(({ closes }) => closes)).toEqual([])
})
test('as many people as there may be are watched', async () => {
  const socket = await connect()
  socket.say(hello(), { type: 'watch', conversationId: EVERYONE_ID, userIds: many(WATCHED_MAX) })
  const frames = await heard(socket, 2 + WATCHED_MAX)
  expect(frames.filter(({ type }) => type === 'presence')).toHaveLength(WATCHED_MAX)
})
test('a socket whose typing cannot be judged, because the store is away, is closed', async () => {
  const take = async () => {
    throw new Error('gone')
  }
  const socket = await connect({ attend: () => ({ take, leave: () => undefined }) })
  socket.say(hello(), { type: 'typing', conversationId: uuidv7() })
  await waitFor('the close', () => socket.closes[0])
  expect(socket.closes.map(([code]) => code)).toEqual([1013])
  expect(errors).toMatchObject([{ message: 'gone' }])
})

const hostile: [name: string, frames: (() => unknown)[], code: number][] = [
  ['typing before hello', [() => ({ type: 'typing', conversationId: uuidv7() })], 4400],
  ['a watch before hello', [() => ({ type: 'watch', conversationId: null, userIds: [] })], 4400],
  ['typing nowhere', [hello, () => ({ type: 'typing' })], 4400],
  ['typing in something else', [hello, () => ({ type: 'typing', conversationId: 'everywhere' })], 4400],
  ['a watch of everybody', [hello, () => ({ type: 'watch', conversationId: null, userIds: '*' })], 4400],
  [
    'a watch of too many',
    [hello, () => ({ type: 'watch', conversationId: null, userIds: many(WATCHED_MAX + 1) })],
    4400,
  ],
  ['a watch that leaves the conversation open', [hello, () => ({ type: 'watch', userIds: [] })], 4400],
  ['typing that only a server tells', [hello, () => ({ type: 'typist', conversationId: uuidv7(), userId: ann })], 4400],
  ['a hello of another account', [() => hello({ account: ben })], 4401],
  ['a hello of no account', [() => hello({ account: null })], 4400],
  ['a hello for a log that is not there', [() => hello({ log: 'elsewhere' })], 4400],
  ['a resume of a log that is not there', [hello, () => ({ type: 'resume', log: 'elsewhere', cursor: 1 })], 4400],
  ['a pong with a fraction', [hello, () => ({ type: 'pong', cursor: 0.5 })], 4400],
  ['a command that is none', [hello, () => ({ type: 'command', command: 'send' })], 4400],
  ['a command without an id', [hello, () => ({ type: 'command', command: { type: 'message.send' } })], 4400],
]
test.each(hostile)('%s closes the socket, and nothing is written', async (_, frames, code) => {
  const socket = await connect()
  const before = await dump(backend.store)
  socket.say(...frames.map((frame) => frame()))
  expect(socket.closes.map(([closedWith]) => closedWith)).toEqual([code])
  socket.say({ type: 'command', command: send() })
  await campus.head()
  expect(await dump(backend.store)).toEqual(before)
  expect(socket.closes).toHaveLength(1)
  expect(errors).toEqual([])
})

test('a command that is not in form is refused, and the socket stays open', async () => {
  const socket = await connect()
  const id = uuidv7()
  socket.say(hello(), { type: 'command', command: { ...send(), id, text: 5 } }, { type: 'command', command: send() })
  const frames = await heard(socket, 4)
  const results = frames.flatMap((frame) => (frame.type === 'result' ? [frame.result] : []))
  expect(results).toContainEqual(expect.objectContaining({ status: 'refused', id, code: 'bad_request' }))
  expect(results).toContainEqual(expect.objectContaining({ status: 'accepted' }))
  expect(socket.closes).toEqual([])
})
test('commands are taken while the socket is behind', async () => {
  const socket = await connect()
  socket.say(hello(), { type: 'command', command: send() })
  await waitFor('the result', () => socket.frames.find((frame) => frame.type === 'result'))
  expect(socket.frames.map(({ type }) => type)).not.toContain('rows')
})
test('results come in the order of the commands', async () => {
  const socket = await connect()
  const commands = Array.from({ length: 50 }, () => send())
  socket.say(hello(), ...commands.map((command) => ({ type: 'command', command })))
  const frames = await heard(socket, 52)
  expect(frames.flatMap((frame) => (frame.type === 'result' ? [frame.result.id] : []))).toEqual(
    commands.map(({ id }) => id),
  )
})
test('nobody acknowledges what the log does not have', async () => {
  const doors = openDoors()
  const socket = await connect({ doors })
  socket.say(hello(), { type: 'pong', cursor: Number.MAX_SAFE_INTEGER }, { type: 'pong', cursor: 1 })
  expect(doors.acknowledged).toEqual([campusLive.hub.position.head, 1])
  socket.connection.onClosed()
  socket.say({ type: 'pong', cursor: 5 })
  expect(doors.acknowledged).toHaveLength(2)
})

const never = (): Promise<never> => new Promise(() => undefined)
test(`${COMMANDS_IN_FLIGHT_MAX} commands may be unanswered, and one more closes the socket`, async () => {
  const socket = await connect({ submit: never })
  socket.say(hello())
  for (let count = 0; count < COMMANDS_IN_FLIGHT_MAX; count += 1) socket.say({ type: 'command', command: send() })
  expect(socket.closes).toEqual([])
  socket.say({ type: 'command', command: send() })
  expect(socket.closes.map(([code]) => code)).toEqual([4429])
})
test('answered commands make room for more', async () => {
  const socket = await connect()
  socket.say(hello())
  for (let round = 1; round <= 3; round += 1) {
    for (let count = 0; count < COMMANDS_IN_FLIGHT_MAX; count += 1) socket.say({ type: 'command', command: send() })
    await heard(socket, 2 + round * COMMANDS_IN_FLIGHT_MAX)
  }
  expect(socket.closes).toEqual([])
})
test('when the store is away the socket closes, and takes nothing that would overtake', async () => {
  const taken: string[] = []
  const socket = await connect({
    async submit(_, [command]) {
      taken.push(command?.id ?? '')
      throw new StoreUnavailable('gone')
    },
  })
  const [first, second] = [send(), send()]
  socket.say(hello(), { type: 'command', command: first })
  await waitFor('the close', () => socket.closes[0])
  socket.say({ type: 'command', command: second })
  expect(socket.closes.map(([code]) => code)).toEqual([1013])
  expect(taken).toEqual([first.id])
  expect(errors).toEqual([])
})
test('a bug behind a command is reported and closes the socket', async () => {
  const socket = await connect({
    async submit() {
      throw new Error('a bug')
    },
  })
  socket.say(hello(), { type: 'command', command: send() })
  await waitFor('the close', () => socket.closes[0])
  expect(errors).toMatchObject([{ message: 'a bug' }])
})
test('a command of a device that stands in a history which is gone is not done, and the socket closes to pull anew', async () => {
  const { lineage } = campusLive.hub.position
  const cursor = await campus.head()
  const socket = await connect()
  socket.say(hello({ lineage: lineage.id, cursor }))
  await heard(socket, 2)
  await putBack(backend.store, CAMPUS_TABLES, CAMPUS_LOG, cursor)
  const [first, second] = [send(), send()]
  socket.say({ type: 'command', command: first }, { type: 'command', command: second })
  await waitFor('the close', () => socket.closes[0])
  expect(socket.closes.map(([code]) => code)).toEqual([1013])
  const written = backend.store.db.selectFrom('message').select('id').where('id', 'in', [first.id, second.id])
  expect(await written.execute()).toEqual([])
})
test('a command of a device that has heard of the new history is done', async () => {
  const cursor = await campus.head()
  await putBack(backend.store, CAMPUS_TABLES, CAMPUS_LOG, cursor)
  const socket = await connect()
  const device = createDevice(backend.store, ann)
  await device.pullAll()
  socket.say(hello(device.position()))
  await heard(socket, 2)
  const command = send()
  socket.say({ type: 'command', command })
  await waitFor('the result', () => socket.frames.find((frame) => frame.type === 'result'))
  expect(socket.frames).toContainEqual(
    expect.objectContaining({ type: 'result', result: expect.objectContaining({ status: 'accepted' }) as object }),
  )
})

test('an ended session closes its sockets, and no others', async () => {
  const doors = openDoors()
  const [one, other] = [await connect({ doors, sessionId: 'ended' }), await connect({ doors, sessionId: 'other' })]
  one.say(hello())
  other.say(hello())
  campus.bus.publish(sessionsEnded, ['ended', 'unknown'])
  expect(one.closes.map(([code]) => code)).toEqual([4401])
  expect(other.closes).toEqual([])
})
test('one socket too many of a session is not let in, leaves the others alone, and is when one of them goes', async () => {
  const doors = openDoors()
  const open = () => doors.open('/api/socket', toCookie(ann, 'many'))
  const others = []
  for (let count = 0; count < SOCKETS_PER_SESSION_MAX; count += 1) {
    others.push(await connect({ doors, sessionId: 'many' }))
  }
  expect(await open()).toBe(4429)
  expect(others.flatMap(({ closes }) => closes)).toEqual([])
  others[0]?.connection.onClosed()
  const next = await open()
  expect(typeof next === 'number' ? next : 'let in').toBe('let in')
})
test('without a session nobody is let in', async () => {
  expect(await openDoors().open('/api/socket')).toBe(4401)
})
test('a device of the version before is spoken to in that, with its epoch', async () => {
  const { epoch } = campusLive.hub.position
  const socket = await connect()
  const cursor = await campus.head()
  socket.say({ type: 'hello', protocol: PROTOCOL_VERSION_MIN, log: CAMPUS_LOG, account: ann, epoch, cursor })
  await heard(socket, 2)
  await campus.accept(ben, send())
  expect(await heard(socket, 3)).toMatchObject([
    { type: 'welcome', protocol: PROTOCOL_VERSION_MIN, epoch },
    { type: 'live', log: CAMPUS_LOG },
    { type: 'rows', log: CAMPUS_LOG, from: cursor },
  ])
})
test('a device of the version before never hears of what one deleted for oneself', async () => {
  const { epoch } = campusLive.hub.position
  const hear = async (protocol: number) => {
    const message = send()
    await campus.accept(ben, message)
    const socket = await connect()
    const cursor = await campus.head()
    const log = { log: CAMPUS_LOG, account: ann, epoch, cursor }
    socket.say({ type: 'hello', protocol, ...log })
    await heard(socket, 2)
    await campus.accept(ann, hide(EVERYONE_ID, message.id), read(EVERYONE_ID, Number.MAX_SAFE_INTEGER))
    const [, , frame] = await heard(socket, 3)
    return frame
  }
  const rows = (...types: string[]) => ({ type: 'rows', rows: types.map((type) => ({ type })) })
  expect(await hear(PROTOCOL_VERSION)).toMatchObject(rows('hidden', 'reading'))
  expect(await hear(PROTOCOL_VERSION_MIN)).toMatchObject(rows('reading'))
})
