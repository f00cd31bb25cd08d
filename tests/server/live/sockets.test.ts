import { createServer, type Server } from 'node:http'
import { connect as connectTcp } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { submitCommands } from '../../../server/commands/submit.ts'
import { toBytes } from '../../../server/http/bare-answer.ts'
import { createCampusDoor } from '../../../server/live/campus-door.ts'
import { createOpenSessions, type OpenSessions } from '../../../server/live/open-sessions.ts'
import { attachSockets } from '../../../server/live/sockets.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { FRAME_BYTES_MAX, HEARTBEAT_MS } from '../../../shared/protocol/limits.ts'
import { PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, dump, send } from '../../support/campus.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { type CampusLive, startCampusLive } from '../../support/live.ts'
import { waitFor } from '../../support/wait-for.ts'

// Real sockets over a real server; only who is signed in is made up.

let backend: Backend
let campus: Campus
let live: CampusLive
let sessions: OpenSessions
let server: Server
let port: number
let closeSockets: () => void
let clock: FakeClock
let ann: string
let isStoreDown = false
const alive = new Set<string>()
const errors: unknown[] = []
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store })
  ann = await campus.register('Ann')
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  clock = createFakeClock()
  errors.length = 0
  isStoreDown = false
  alive.clear()
  alive.add('one').add('other')
  const onError = (error: unknown) => errors.push(error)
  const { store, bus, sequencer } = campus
  live = await startCampusLive({ store, bus, clock: createFakeClock(), onError })
  const listAlive = async (ids: readonly string[]) => new Set(ids.filter((id) => alive.has(id)))
  sessions = createOpenSessions({ bus, clock, listAlive, onError })
  server = createServer((_, response) => response.end('here'))
  closeSockets = attachSockets(server, {
    clock,
    isOwnOrigin: (headers) => headers.origin === undefined || headers.origin === 'https://own.example',
    notFound: toBytes('not_found'),
    onError,
    doors: [
      createCampusDoor({
        ...{ hub: live.hub, signals: live.signals, sessions, clock, onError },
        async findSession(cookie) {
          if (isStoreDown) throw new Error('gone')
          return cookie !== undefined && alive.has(cookie) ? { sessionId: cookie, userId: ann } : undefined
        },
        submit: (userId, commands, from) => submitCommands(sequencer, userId, commands, from),
        onAcknowledged: () => undefined,
      }),
    ],
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  port = address.port
})
const clients: WebSocket[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate()
  closeSockets()
  live.close()
  sessions.close()
  await new Promise((resolve) => server.close(resolve))
})

function open(headers: Record<string, string> = { cookie: 'one' }) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/socket`, { headers })
  clients.push(socket)
  const frames: string[] = []
  socket.on('message', (content: Buffer) => frames.push(content.toString()))
  socket.on('error', () => undefined)
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  const opened = new Promise<void>((resolve) => socket.once('open', resolve))
  return { socket, frames, closed, opened }
}
const hello = () =>
  JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION, log: CAMPUS_LOG, account: ann, cursor: 0 })
/** The server is there, and takes a socket as on its first day. */
async function expectAlive(): Promise<void> {
  const { socket, frames, opened } = open()
  await opened
  socket.send(hello())
  await waitFor('the welcome', () => frames[0])
  expect(frames[0]).toContain('welcome')
}

test('what is said before the session is known waits for it', async () => {
  const { socket, frames, opened } = open()
  await opened
  const command = send()
  socket.send(hello())
  socket.send(JSON.stringify({ type: 'command', command }))
  const result = await waitFor('the result', () => frames.find((frame) => frame.includes('"result"')))
  expect(result).toContain('accepted')
})

const closing: [name: string, headers: Record<string, string>, say: (string | Buffer)[], code: number][] = [
  ['without a session', {}, [], 4401],
  ['with a session that ended', { cookie: 'gone' }, [], 4401],
  ['from a foreign page', { cookie: 'one', origin: 'https://evil.example' }, [], 4403],
  ['from a foreign page without a session', { origin: 'null' }, [], 4403],
  ['that sends a binary frame', { cookie: 'one' }, [Buffer.from('hello')], 4400],
  ['that sends no JSON', { cookie: 'one' }, ['hello'], 4400],
  ['that sends an oversized frame', { cookie: 'one' }, ['x'.repeat(FRAME_BYTES_MAX + 1)], 1009],
  ['that sends an oversized frame of many bytes', { cookie: 'one' }, ['x'.repeat(8 * 1024 * 1024)], 1009],
  ['that sends the largest frame there is, which is none', { cookie: 'one' }, ['x'.repeat(FRAME_BYTES_MAX)], 4400],
]
test.each(closing)('a socket %s is closed with a code, and nothing is written', async (_, headers, say, code) => {
  const before = await dump(backend.store)
  const { socket, closed, opened } = open(headers)
  await opened
  for (const one of say) socket.send(one)
  expect(await closed).toBe(code)
  expect(await dump(backend.store)).toEqual(before)
  await expectAlive()
})
test('a text frame that is no UTF-8 is closed with 1007', async () => {
  const { socket, closed, opened } = open()
  await opened
  socket.send(Buffer.from([0xff, 0xfe, 0xfd]), { binary: false })
  expect(await closed).toBe(1007)
  await expectAlive()
})
test('a socket that comes while the store is away is asked to come again', async () => {
  isStoreDown = true
  const { closed } = open()
  expect(await closed).toBe(1013)
  expect(errors).toMatchObject([{ message: 'gone' }])
  isStoreDown = false
  await expectAlive()
})

/** Says something raw, and gives what came back until the server hung up or we did. */
function sayRaw(text: string, resetAfter?: 'answer' | 'saying'): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true })
    let answer = ''
    socket.on('data', (data: Buffer) => {
      answer += data.toString('latin1')
      if (resetAfter === 'answer') socket.resetAndDestroy()
    })
    socket.on('error', () => undefined)
    socket.on('end', () => socket.end())
    socket.on('close', () => resolve(answer))
    socket.write(text, () => {
      if (resetAfter === 'saying') socket.resetAndDestroy()
    })
  })
}
const upgrade = (path: string, ...headers: string[]) =>
  [`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket', ...headers, '', ''].join('\r\n')
const handshake = ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']

test.each(['/', '//', '/api/socket/', '/api/socketx', '/api/../api/socket', 'http://[', '*', '/api/%73ocket'])(
  'an upgrade of the address %s is not found, and the process goes on',
  async (path) => {
    expect(await sayRaw(upgrade(path, ...handshake))).toMatch(/^HTTP\/1\.1 40[04] /)
    await expectAlive()
  },
)
test.each([
  ['without a key', []],
  ['of another WebSocket version', ['Sec-WebSocket-Version: 1', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']],
  ['with a key that is none', ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: x']],
])('an upgrade %s is a bad request, and the process goes on', async (_, headers) => {
  expect(await sayRaw(upgrade('/api/socket', ...headers))).toMatch(/^HTTP\/1\.1 4\d\d /)
  await expectAlive()
})
test.each(['answer', 'saying'] as const)(
  'a visitor who resets the connection after the %s harms nobody',
  async (when) => {
    for (const path of ['/elsewhere', '/api/socket']) {
      for (let count = 0; count < 10; count += 1) await sayRaw(upgrade(path, ...handshake), when)
    }
    await expectAlive()
  },
)
test('a frame that breaks the rules of WebSocket harms nobody', async () => {
  // Unmasked, with reserved bits, of an unknown kind.
  const socket = connectTcp(port, '127.0.0.1')
  socket.on('error', () => undefined)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write(upgrade('/api/socket', 'Cookie: one', ...handshake))
  socket.once('data', () => socket.write(Buffer.from([0xff, 0x05, 1, 2, 3, 4, 5])))
  socket.on('end', () => socket.end())
  await closed
  await expectAlive()
})
test('of a socket that went away nothing stays', async () => {
  const idle = clock.waiting()
  const { socket, opened } = open()
  await opened
  socket.send(hello())
  await waitFor('the follower', () => (live.hub.isEmpty ? undefined : true))
  socket.terminate()
  await waitFor('the end', () => (live.hub.isEmpty ? true : undefined))
  expect(clock.waiting()).toBe(idle)
})
test('a session that ended without a word of the bus is found out, and the others stay', async () => {
  const [one, other] = [open({ cookie: 'one' }), open({ cookie: 'other' })]
  await Promise.all([one.opened, other.opened])
  for (const { socket } of [one, other]) socket.send(hello())
  await waitFor('both', () => (one.frames.length > 0 && other.frames.length > 0 ? true : undefined))
  alive.delete('one')
  clock.advance(HEARTBEAT_MS)
  expect(await one.closed).toBe(4401)
  other.socket.send(JSON.stringify({ type: 'probe' }))
  await waitFor('the ping', () => other.frames.find((frame) => frame.includes('"ping"')))
  expect(other.socket.readyState).toBe(WebSocket.OPEN)
})
test('when the server goes away every socket is told so', async () => {
  const one = open()
  await one.opened
  one.socket.send(hello())
  await waitFor('the welcome', () => one.frames[0])
  closeSockets()
  expect(await one.closed).toBe(1001)
})
