import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { submitCommands } from '../../../server/commands/submit.ts'
import { BUFFERED_BYTES_MAX, type Connection, createConnection } from '../../../server/live/connection.ts'
import { createHub, type Hub } from '../../../server/live/hub.ts'
import { StoreUnavailable } from '../../../server/log/sequencer.ts'
import type { DownFrame } from '../../../shared/protocol/down.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import {
  COMMANDS_IN_FLIGHT_MAX,
  HEARTBEAT_MS,
  HELLO_WITHIN_MS,
  SOCKETS_PER_SESSION_MAX,
  TYPING_EVERY_MS,
  TYPING_TTL_MS,
  WATCHED_MAX,
} from '../../../shared/protocol/limits.ts'
import type { CommandResult } from '../../../shared/protocol/results.ts'
import { PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, dump, edit, send } from '../../support/campus.ts'
import { createDevice } from '../../support/device.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { waitFor } from '../../support/wait-for.ts'

let backend: Backend
let campus: Campus
let hub: Hub
let hubClock: FakeClock
let clock: FakeClock
let ann: string
let ben: string
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store })
  hubClock = createFakeClock()
  hub = createHub({
    log: CAMPUS_LOG,
    store: backend.store,
    bus: campus.bus,
    clock: hubClock,
    onError: (error) => errors.push(error),
  })
  await hub.start()
})
afterAll(async () => {
  hub.close()
  await backend.dispose()
})

const errors: unknown[] = []
beforeEach(async () => {
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
  clock = createFakeClock()
  errors.length = 0
})
const open: Opened[] = []
afterEach(() => {
  for (const opened of open.splice(0)) opened.connection.onClosed()
})

interface Opened {
  connection: Connection
  frames: DownFrame[]
  closes: [code: number, reason: string][]
  acknowledged: number[]
  say(...frames: unknown[]): void
  buffer(bytes: number): void
}

type Submit = (userId: string, commands: readonly { id: string }[]) => Promise<CommandResult[]>
const submitAll: Submit = (userId, commands) => submitCommands(campus.sequencer, userId, commands)

function connect({ userId = ann, sessionId = uuidv7(), submit = submitAll, attend = hub.attend } = {}): Opened {
  const frames: DownFrame[] = []
  const closes: [number, string][] = []
  const acknowledged: number[] = []
  let buffered = 0
  const connection = createConnection({
    userId,
    sessionId,
    hub: {
      log: hub.log,
      subscribe: hub.subscribe,
      attend,
      get epoch() {
        return hub.epoch
      },
      get position() {
        return hub.position
      },
    },
    clock,
    submit,
    socket: {
      send: (frame) => frames.push(JSON.parse(frame.toString()) as DownFrame),
      close: (code, reason) => closes.push([code, reason]),
      bufferedBytes: () => buffered,
    },
    onAcknowledged: (_, cursor) => acknowledged.push(cursor),
    onError: (error) => errors.push(error),
  })
  const opened: Opened = {
    connection,
    frames,
    closes,
    acknowledged,
    say: (...said) => said.forEach((one) => connection.onMessage(typeof one === 'string' ? one : JSON.stringify(one))),
    buffer: (bytes) => (buffered = bytes),
  }
  open.push(opened)
  return opened
}

const hello = (changes: object = {}) => ({
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  log: CAMPUS_LOG,
  account: ann,
  epoch: '',
  cursor: 0,
  ...changes,
})
const many = (count: number) => Array.from({ length: count }, () => uuidv7())
const heard = (opened: Opened, count: number) =>
  waitFor(`${count} frames`, () => (opened.frames.length >= count ? opened.frames : undefined))

test('a whole exchange, frame by frame', async () => {
  const socket = connect({ userId: ann })
  const device = createDevice(backend.store, ann)
  const group = await campus.group(ben, ann)
  const early = send(group, 'early')
  await campus.accept(ann, early)

  socket.say(hello())
  await heard(socket, 2)
  await device.pullAll()
  const resumedAt = device.cursor()
  socket.say({ type: 'resume', log: CAMPUS_LOG, epoch: hub.epoch, cursor: resumedAt })
  await heard(socket, 3)
  const late = send(group, 'late')
  await campus.accept(ben, late)
  const between = await campus.head()
  const better = edit(group, early.id, 'better')
  socket.say({ type: 'command', command: better })
  await heard(socket, 6)
  const end = await campus.head()
  clock.advance(HEARTBEAT_MS)
  socket.say({ type: 'pong', cursor: end }, { type: 'probe' })

  const row = (id: string, authorId: string, n: number, text: string) =>
    expect.objectContaining({ type: 'message', id, authorId, n, text }) as object
  const revision = expect.objectContaining({ type: 'revision', messageId: early.id, k: 1, text: 'early' }) as object
  expect(socket.frames).toEqual([
    { type: 'welcome', protocol: PROTOCOL_VERSION, epoch: hub.epoch, heartbeatMs: HEARTBEAT_MS },
    { type: 'behind', log: CAMPUS_LOG },
    { type: 'live', log: CAMPUS_LOG },
    { type: 'rows', log: CAMPUS_LOG, from: resumedAt, to: between, rows: [row(late.id, ben, 2, 'late')] },
    { type: 'rows', log: CAMPUS_LOG, from: between, to: end, rows: [revision, row(early.id, ann, 1, 'better')] },
    { type: 'result', result: { status: 'accepted', id: better.id, seq: end } },
    { type: 'ping', log: CAMPUS_LOG, from: end, to: end },
    { type: 'ping', log: CAMPUS_LOG, from: end, to: end },
  ])
  expect(socket.acknowledged).toEqual([end])
  expect(socket.closes).toEqual([])
  for (const frame of socket.frames) if (frame.type === 'rows') device.apply(frame.rows)
  expect(device.messages(group).map(({ text }) => text)).toEqual(['better', 'late'])
})

test('typing and presence, frame by frame', async () => {
  const eve = await campus.register('Eve')
  const group = await campus.group(ann, ben)
  const told = (opened: Opened) => opened.frames.filter(({ type }) => /typist|presence|denied/.test(type))
  const [annSays, benLooks, eveSays] = [connect(), connect({ userId: ben }), connect({ userId: eve })]
  annSays.say(hello())
  benLooks.say(hello({ account: ben }), { type: 'watch', conversationId: group, userIds: [ann] })
  eveSays.say(hello({ account: eve }), { type: 'typing', conversationId: group })
  await waitFor('the denial', () => told(eveSays)[0])
  eveSays.say({ type: 'watch', conversationId: group, userIds: [ann] })
  await waitFor('the presence', () => told(benLooks)[0])
  annSays.say({ type: 'typing', conversationId: group })
  await waitFor('the typing', () => told(benLooks)[1])
  hubClock.advance(TYPING_EVERY_MS)
  annSays.say({ type: 'typing', conversationId: EVERYONE_ID })
  await waitFor('the denial', () => told(annSays)[0])
  annSays.connection.onClosed()
  const goneAt = hubClock.now()
  hubClock.advance(60_000)
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
    { type: 'denied', frame: 'typing', code: 'forbidden', message: 'Typing is not told in large conversations.' },
  ])
  expect([annSays, benLooks, eveSays].flatMap(({ closes }) => closes)).toEqual([])
})
test('as many people as there may be are watched', async () => {
  const socket = connect()
  socket.say(hello(), { type: 'watch', conversationId: EVERYONE_ID, userIds: many(WATCHED_MAX) })
  const frames = await heard(socket, 2 + WATCHED_MAX)
  expect(frames.filter(({ type }) => type === 'presence')).toHaveLength(WATCHED_MAX)
})
test('a socket whose typing cannot be judged, because the store is away, is closed', async () => {
  const take = async () => {
    throw new Error('gone')
  }
  const socket = connect({ attend: () => ({ take, leave: () => undefined }) })
  socket.say(hello(), { type: 'typing', conversationId: uuidv7() })
  await waitFor('the close', () => socket.closes[0])
  expect(socket.closes.map(([code]) => code)).toEqual([1013])
  expect(errors).toMatchObject([{ message: 'gone' }])
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
  ['an unknown type', [hello, () => ({ type: 'shout' })], 4400],
  ['a type from the prototype', [hello, () => '{"type":"__proto__"}'], 4400],
  ['a frame that only a server sends', [hello, () => ({ type: 'live', log: CAMPUS_LOG })], 4400],
  ['a command before hello', [() => ({ type: 'command', command: send() })], 4400],
  ['a probe before hello', [() => ({ type: 'probe' })], 4400],
  ['a pong before hello', [() => ({ type: 'pong', cursor: 1 })], 4400],
  ['a resume before hello', [() => ({ type: 'resume', log: CAMPUS_LOG, epoch: hub.epoch, cursor: 1 })], 4400],
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
  ['a second hello', [hello, hello], 4400],
  ['a hello of another version', [() => hello({ protocol: PROTOCOL_VERSION + 1 })], 4426],
  ['a hello of another version and shape', [() => ({ type: 'hello', protocol: PROTOCOL_VERSION + 1, at: [1] })], 4426],
  ['a hello without a version', [() => hello({ protocol: undefined })], 4400],
  ['a hello of another account', [() => hello({ account: ben })], 4401],
  ['a hello for a log that is not there', [() => hello({ log: 'elsewhere' })], 4400],
  [
    'a resume of a log that is not there',
    [hello, () => ({ type: 'resume', log: 'elsewhere', epoch: hub.epoch, cursor: 1 })],
    4400,
  ],
  ['a hello with a cursor below 0', [() => hello({ cursor: -1 })], 4400],
  ['a hello with a cursor that is text', [() => hello({ cursor: '1' })], 4400],
  ['a hello with a cursor beyond all numbers', [() => hello({ cursor: 1e300 })], 4400],
  ['a pong with a fraction', [hello, () => ({ type: 'pong', cursor: 0.5 })], 4400],
  ['a command that is none', [hello, () => ({ type: 'command', command: 'send' })], 4400],
  ['a command without an id', [hello, () => ({ type: 'command', command: { type: 'message.send' } })], 4400],
]
test.each(hostile)('%s closes the socket, and nothing is written', async (_, frames, code) => {
  const socket = connect()
  const before = await dump(backend.store)
  socket.say(...frames.map((frame) => frame()))
  expect(socket.closes.map(([closedWith]) => closedWith)).toEqual([code])
  const told = socket.frames.length
  // What comes behind it is not taken any more.
  socket.say(hello(), { type: 'command', command: send() }, { type: 'probe' })
  await campus.head()
  expect(await dump(backend.store)).toEqual(before)
  expect(socket.frames).toHaveLength(told)
  expect(socket.closes).toHaveLength(1)
  expect(errors).toEqual([])
})

test('a command that is not in form is refused, and the socket stays open', async () => {
  const socket = connect()
  const id = uuidv7()
  socket.say(hello(), { type: 'command', command: { ...send(), id, text: 5 } }, { type: 'command', command: send() })
  const frames = await heard(socket, 4)
  const results = frames.flatMap((frame) => (frame.type === 'result' ? [frame.result] : []))
  expect(results).toContainEqual(expect.objectContaining({ status: 'refused', id, code: 'bad_request' }))
  expect(results).toContainEqual(expect.objectContaining({ status: 'accepted' }))
  expect(socket.closes).toEqual([])
})
test('commands are taken while the socket is behind', async () => {
  const socket = connect()
  socket.say(hello(), { type: 'command', command: send() })
  await waitFor('the result', () => socket.frames.find((frame) => frame.type === 'result'))
  expect(socket.frames.map(({ type }) => type)).not.toContain('rows')
})
test('results come in the order of the commands', async () => {
  const socket = connect()
  const commands = Array.from({ length: 50 }, () => send())
  socket.say(hello(), ...commands.map((command) => ({ type: 'command', command })))
  const frames = await heard(socket, 52)
  expect(frames.flatMap((frame) => (frame.type === 'result' ? [frame.result.id] : []))).toEqual(
    commands.map(({ id }) => id),
  )
})

test('a socket that says nothing is closed after its time', () => {
  const socket = connect()
  clock.advance(HELLO_WITHIN_MS - 1)
  expect(socket.closes).toEqual([])
  clock.advance(1)
  expect(socket.closes).toEqual([[4408, 'no hello']])
})
test('a socket that answers no ping is closed at the next one', () => {
  const socket = connect()
  socket.say(hello())
  clock.advance(HEARTBEAT_MS)
  expect(socket.frames.at(-1)?.type).toBe('ping')
  clock.advance(HEARTBEAT_MS - 1)
  expect(socket.closes).toEqual([])
  clock.advance(1)
  expect(socket.closes.map(([code]) => code)).toEqual([4408])
})
test('a socket that answers every ping stays open', () => {
  const socket = connect()
  socket.say(hello())
  for (let beat = 0; beat < 20; beat += 1) {
    clock.advance(HEARTBEAT_MS)
    socket.say({ type: 'pong', cursor: 1 })
  }
  expect(socket.closes).toEqual([])
})
test('nobody acknowledges what the log does not have', () => {
  const socket = connect()
  socket.say(hello(), { type: 'pong', cursor: Number.MAX_SAFE_INTEGER }, { type: 'pong', cursor: 1 })
  expect(socket.acknowledged).toEqual([hub.position, 1])
})
test('after its close nothing of a socket is left running', () => {
  const socket = connect()
  socket.say(hello())
  socket.connection.onClosed()
  expect(clock.waiting()).toBe(0)
  socket.say({ type: 'pong', cursor: 5 }, { type: 'command', command: send() })
  expect(socket.acknowledged).toEqual([])
})

const never = (): Promise<CommandResult[]> => new Promise(() => undefined)
test(`${COMMANDS_IN_FLIGHT_MAX} commands may be unanswered, and one more closes the socket`, () => {
  const socket = connect({ submit: never })
  socket.say(hello())
  for (let count = 0; count < COMMANDS_IN_FLIGHT_MAX; count += 1) socket.say({ type: 'command', command: send() })
  expect(socket.closes).toEqual([])
  socket.say({ type: 'command', command: send() })
  expect(socket.closes.map(([code]) => code)).toEqual([4429])
})
test('answered commands make room for more', async () => {
  const socket = connect()
  socket.say(hello())
  for (let round = 1; round <= 3; round += 1) {
    for (let count = 0; count < COMMANDS_IN_FLIGHT_MAX; count += 1) socket.say({ type: 'command', command: send() })
    await heard(socket, 2 + round * COMMANDS_IN_FLIGHT_MAX)
  }
  expect(socket.closes).toEqual([])
})
test('when the store is away the socket closes, and takes nothing that would overtake', async () => {
  const taken: string[] = []
  const submit: Submit = async (_, [command]) => {
    taken.push(command?.id ?? '')
    throw new StoreUnavailable('gone')
  }
  const socket = connect({ submit })
  const [first, second] = [send(), send()]
  socket.say(hello(), { type: 'command', command: first })
  await waitFor('the close', () => socket.closes[0])
  socket.say({ type: 'command', command: second })
  expect(socket.closes.map(([code]) => code)).toEqual([1013])
  expect(taken).toEqual([first.id])
  expect(errors).toEqual([])
})
test('a bug behind a command is reported and closes the socket', async () => {
  const submit: Submit = async () => {
    throw new Error('a bug')
  }
  const socket = connect({ submit })
  socket.say(hello(), { type: 'command', command: send() })
  await waitFor('the close', () => socket.closes[0])
  expect(errors).toMatchObject([{ message: 'a bug' }])
})
test('an ended session closes its socket', () => {
  const socket = connect({ sessionId: 'ended' })
  socket.say(hello())
  hub.sessionsEnded(['ended'])
  expect(socket.closes).toEqual([[4401, 'session ended']])
  expect(hub.listSessions()).not.toContain('ended')
})
test('one socket too many of a session is closed at once, and leaves the others alone', () => {
  const others = Array.from({ length: SOCKETS_PER_SESSION_MAX }, () => connect({ sessionId: 'many' }))
  const socket = connect({ sessionId: 'many' })
  socket.say(hello())
  expect(socket.closes.map(([code]) => code)).toEqual([4429])
  expect(socket.frames).toEqual([])
  expect(others.flatMap(({ closes }) => closes)).toEqual([])
})
test('a socket with too much unsent is put behind, and told nothing more until it resumes', async () => {
  const socket = connect()
  socket.say(hello({ epoch: hub.epoch, cursor: await campus.head() }))
  await heard(socket, 2)
  socket.buffer(BUFFERED_BYTES_MAX + 1)
  await campus.accept(ben, send())
  await campus.accept(ben, send())
  expect(socket.frames.slice(1)).toEqual([
    { type: 'live', log: CAMPUS_LOG },
    { type: 'behind', log: CAMPUS_LOG },
  ])
})
