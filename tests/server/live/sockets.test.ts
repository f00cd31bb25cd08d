import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect as connectTcp } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { submitCommands } from '../../../server/commands/submit.ts'
import { toBytes } from '../../../server/http/bare-answer.ts'
import type { Socket } from '../../../server/live/connection.ts'
import { createCampusDoor } from '../../../server/live/campus-door.ts'
import { createOpenSessions, type OpenSessions } from '../../../server/live/open-sessions.ts'
import { attachSockets } from '../../../server/live/sockets.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { createDownReader } from '../../../shared/protocol/packed/frames.ts'
import { FRAME_BYTES_MAX, SHORT_HEARTBEAT_MS } from '../../../shared/protocol/limits.ts'
import { PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, dump, send } from '../../support/campus.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { type CampusLive, startCampusLive } from '../../support/live.ts'
import { waitFor } from '../../support/wait-for.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

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
  const listAlive = async (ids: readonly string[]) => ({
    ...{ alive: new Set(ids.filter((id) => alive.has(id))), suspended: new Set<string>() },
  })
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
        isErased: async () => false,
        submit: ({ userId }, commands, from) => submitCommands(sequencer, userId, commands, from),
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
  const reader = createDownReader(CAMPUS_LOG)
  socket.on('message', (content: Buffer, isBinary) =>
    frames.push(JSON.stringify(reader.read(isBinary ? content : content.toString()))),
  )
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

/** So many sockets behind a door of their own, as the server holds them, and what each client hears. `stop` tells them that the server goes away. */
async function openBare(
  count: number,
): Promise<{ taken: Socket[]; heard: string[][]; stop(): void; end(): Promise<void> }> {
  const taken: Socket[] = []
  const connection = { onMessage: () => undefined, onClosed: () => undefined, end: () => undefined }
  const connect = (socket: Socket) => {
    taken.push(socket)
    return connection
  }
  const own = createServer()
  const stop = attachSockets(own, {
    doors: [{ find: (path) => (path === '/turn' ? () => Promise.resolve({ connect }) : undefined) }],
    ...{ clock, isOwnOrigin: () => true, notFound: toBytes('not_found'), onError: (error) => errors.push(error) },
  })
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve))
  const { port: ownPort } = own.address() as AddressInfo
  const heard: string[][] = []
  for (let index = 0; index < count; index += 1) {
    const socket = new WebSocket(`ws://127.0.0.1:${ownPort}/turn`)
    clients.push(socket)
    const said: string[] = []
    heard.push(said)
    socket.on('message', (content: Buffer) => said.push(content.toString()))
    socket.on('close', (code) => said.push(`closed with ${code}`))
    // One after the other, so that both lists are in one order.
    await once(socket, 'open')
  }
  await waitFor('all of them', () => taken.length === count || undefined)
  return { taken, heard, stop, end: () => new Promise((resolve) => own.close(() => resolve())) }
}

test('what is sent in one turn arrives whole and in order, at each socket its own, and before the frame that closes', async () => {
  const { taken, heard, stop, end } = await openBare(3)
  const [one, other, third] = taken
  const [a, b] = [Buffer.from('{"a":1}'), Buffer.from(JSON.stringify({ b: 'x'.repeat(70_000) }))]
  for (const socket of [one, other, third]) socket?.send(a)
  for (const socket of [one, other]) socket?.send(b)
  other?.close(4400, 'enough')
  other?.send(a)
  one?.send(a)
  await waitFor('all of it', () => heard.flat().length === 7 || undefined)
  expect(heard.map((said) => said.join())).toEqual([
    [a, b, a].join(),
    `${[a, b].join()},closed with 4400`,
    a.toString(),
  ])
  third?.send(b)
  stop()
  await waitFor('the last word', () => heard[2]?.length === 3 || undefined)
  expect(heard[2]?.join()).toBe(`${a},${b},closed with 1001`)
  await end()
})

test('while many are told something an answer goes first, and who waits hears the next in one piece with it, in order', async () => {
  const { taken, heard, stop, end } = await openBare(600)
  const at = (index: number) => taken.at(index) ?? expect.unreachable()
  const [told, next, answer] = [Buffer.from('{"told":1}'), Buffer.from('{"told":2}'), Buffer.from('{"answer":1}')]
  for (const socket of taken) socket.send(told)
  at(-1).send(answer, true)
  const unsent = () => [0, -3, -2, -1].map((index) => at(index).bufferedBytes() > 0)
  expect(unsent()).toEqual([true, true, true, true])
  // In this turn, after what was scheduled for it.
  await new Promise((resolve) => setImmediate(resolve))
  expect(unsent()).toEqual([false, true, true, false])
  at(-2).send(next)
  at(-3).close(4400, 'enough')
  at(-1).send(next)
  expect(unsent()).toEqual([false, false, true, true])
  await waitFor('all of it', () => heard.flat().length === 604 || undefined)
  expect(heard.slice(0, -3).every((said) => said.join() === told.toString())).toBe(true)
  expect(heard.slice(-3).map((said) => said.join())).toEqual([
    `${told},closed with 4400`,
    [told, next].join(),
    [told, answer, next].join(),
  ])
  stop()
  await end()
})

test('a socket that is open keeps nothing of the request by which it was let in', async () => {
  let request: WeakRef<object> | undefined
  server.prependListener('upgrade', (upgrade) => (request = new WeakRef(upgrade)))
  const { socket, frames, opened } = open()
  await opened
  socket.send(hello())
  await waitFor('the welcome', () => frames[0])
  await waitFor('its collection', () => {
    collectGarbage()
    return request !== undefined && request.deref() === undefined ? true : undefined
  })
  expect(socket.readyState).toBe(WebSocket.OPEN)
})

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
  clock.advance(SHORT_HEARTBEAT_MS)
  expect(await one.closed).toBe(4401)
  other.socket.send(JSON.stringify({ type: 'probe' }))
  await waitFor('the sign of life', () => other.frames.find((frame) => frame.includes('"beat"')))
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
