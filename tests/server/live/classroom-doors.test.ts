import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { classroomDownFrame, type ClassroomDownFrame, type classroomUpFrame } from '../../../shared/classroom/frames.ts'
import { classroomPullPage } from '../../../shared/classroom/http.ts'
import { CLASSROOM_VERSION } from '../../../shared/classroom/version.ts'
import { FRAME_BYTES_MAX } from '../../../shared/protocol/limits.ts'
import * as v from 'valibot'
import { type Backend, createBackend } from '../../support/backend.ts'
import { waitFor } from '../../support/wait-for.ts'
import { type ApiServer, createApiServer } from '../http/api-server.ts'
import { addStaff, ask, makeClassroom, removeStaff, say, sayAsStaff } from '../http/classroom-calls.ts'

// Real sockets over a real server, beside those of the campus.

let backend: Backend
let server: ApiServer
let ann: Awaited<ReturnType<ApiServer['join']>>
let room: string
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store)
  ann = await server.join('ann')
  room = (await makeClassroom(server, ann.cookie)).id
})
const clients: WebSocket[] = []
afterEach(() => clients.splice(0).forEach((client) => client.terminate()))
afterAll(async () => {
  await server.close()
  await backend.dispose()
  expect(server.errors).toEqual([])
})

const students = (id = room) => `/q/api/${id}/socket`
const staff = (id = room) => `/api/classrooms/${id}/socket`

function open(path: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers })
  clients.push(socket)
  const frames: ClassroomDownFrame[] = []
  socket.on('message', (content: Buffer) => frames.push(v.parse(classroomDownFrame, JSON.parse(content.toString()))))
  socket.on('error', () => undefined)
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  const opened = new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return {
    frames,
    closed,
    opened,
    send: (frame: v.InferInput<typeof classroomUpFrame>) => socket.send(JSON.stringify(frame)),
    raw: (content: string | Buffer) => socket.send(content),
    until: (type: ClassroomDownFrame['type']) => waitFor(type, () => frames.find((frame) => frame.type === type)),
  }
}

async function findPosition(id = room) {
  const { body } = await server.call('GET', `/q/api/${id}/pull?cursor=0`)
  const { lineage, head } = v.parse(classroomPullPage, body)
  return { lineage: lineage?.id ?? '', cursor: head }
}

async function openLive(path: string, headers: Record<string, string> = {}) {
  const client = open(path, headers)
  await client.opened
  client.send({ type: 'hello', protocol: CLASSROOM_VERSION, ...(await findPosition()) })
  await client.until('live')
  return client
}

const textsOf = ({ frames }: { frames: readonly ClassroomDownFrame[] }) =>
  frames
    .flatMap((frame) => (frame.type === 'rows' ? frame.rows : []))
    .flatMap((row) => (row.type === 'question' ? [row.text] : []))

test('a student is told each question as it comes, with no cookie, and says nothing but hello', async () => {
  const client = await openLive(students())
  expect(client.frames[0]).toMatchObject({ type: 'welcome', protocol: CLASSROOM_VERSION, devices: 1 })
  const question = ask('Why?')
  await say(server, room, question)
  expect(await client.until('rows')).toMatchObject({ rows: [{ id: question.id, text: 'Why?' }] })
})

test('a device with an old cursor is behind, pulls, and goes on where it resumes', async () => {
  const client = open(students())
  await client.opened
  client.send({ type: 'hello', protocol: CLASSROOM_VERSION, cursor: 0 })
  await client.until('behind')
  const position = await findPosition()
  client.send({ type: 'resume', ...position })
  await client.until('live')
  await say(server, room, ask())
  expect(await client.until('rows')).toMatchObject({ from: position.cursor, lineage: expect.any(String) as string })
})

const hello = JSON.stringify({ type: 'hello', protocol: CLASSROOM_VERSION, cursor: 0 })
const closing: [
  name: string,
  path: () => string,
  headers: Record<string, string>,
  say: (string | Buffer)[],
  code: number,
][] = [
  ['of a classroom that is none', () => students('aaaaaaaaaaaa'), {}, [], 4400],
  ['of a link that is none', () => students('x'), {}, [], 4400],
  ['from a foreign page', () => students(), { origin: 'https://evil.example' }, [], 4403],
  ['of staff without a session', () => staff(), {}, [], 4401],
  ['of staff from a foreign page', () => staff(), { origin: 'null' }, [], 4403],
  ['that sends no JSON', () => students(), {}, ['x'], 4400],
  ['that sends a binary frame', () => students(), {}, [Buffer.from(hello)], 4400],
  ['that sends a command', () => students(), {}, [hello, JSON.stringify({ type: 'command', command: ask() })], 4400],
  ['that resumes before hello', () => students(), {}, [JSON.stringify({ type: 'resume', cursor: 0 })], 4400],
  ['that says hello twice', () => students(), {}, [hello, hello], 4400],
  ['of another version', () => students(), {}, [JSON.stringify({ type: 'hello', protocol: 99 })], 4426],
  ['that sends an oversized frame', () => students(), {}, ['x'.repeat(FRAME_BYTES_MAX + 1)], 1009],
]
test.each(closing)('a socket %s is closed with a code', async (_, path, headers, words, code) => {
  const client = open(path(), headers)
  await client.opened
  for (const word of words) client.raw(word)
  expect(await client.closed).toBe(code)
})

test.each(['/q/api/socket', '/q/api//socket', '/q/api/a/b/socket', '/q/socket', '/api/classrooms/socket'])(
  'an upgrade of the address %s is not found',
  async (path) => {
    await expect(open(path).opened).rejects.toThrow('404')
  },
)

test('a member who is not staff is told so, and the cookie of staff opens no other door', async () => {
  const ben = await server.join('ben')
  expect(await open(staff(), { cookie: ben.cookie }).closed).toBe(4401)
  const client = await openLive(students(), { cookie: ann.cookie })
  await sayAsStaff(server, room, ann.cookie, { type: 'staff.read', id: randomUUID(), n: 1 })
  await say(server, room, ask('For all'))
  await waitFor('the question', () => textsOf(client).includes('For all') || undefined)
  const told = client.frames.flatMap((frame) => (frame.type === 'rows' ? frame.rows : []))
  expect(told.map(({ type }) => type)).toEqual(['question'])
})

test('staff who are removed are told nothing of the batch that removed them, and no more', async () => {
  const cleo = await server.join('cleo')
  await sayAsStaff(server, room, ann.cookie, addStaff(cleo.userId))
  const [removed, owner] = [
    await openLive(staff(), { cookie: cleo.cookie }),
    await openLive(staff(), { cookie: ann.cookie }),
  ]
  await sayAsStaff(server, room, ann.cookie, removeStaff(cleo.userId))
  expect(await removed.closed).toBe(4401)
  expect(removed.frames.filter(({ type }) => type === 'rows')).toEqual([])
  expect(await owner.until('rows')).toMatchObject({ rows: [{ type: 'staff', removed: true }] })
})

test('of a classroom that is deleted every socket is closed at once, and none is let in', async () => {
  const { id } = await makeClassroom(server, ann.cookie)
  const eve = await server.join('eve')
  await sayAsStaff(server, id, ann.cookie, addStaff(eve.userId))
  const position = await findPosition(id)
  const doors: [string, Record<string, string>][] = [
    [students(id), {}],
    [`/q/api/${id}/screen/socket`, {}],
    [staff(id), { cookie: ann.cookie }],
    [staff(id), { cookie: eve.cookie }],
  ]
  const followers = doors.map(([path, headers]) => open(path, headers))
  for (const client of followers) {
    await client.opened
    client.send({ type: 'hello', protocol: CLASSROOM_VERSION, ...position })
    await client.until('live')
  }
  const waiting = server.call('GET', `/q/api/${id}/pull?lineage=${position.lineage}&cursor=${position.cursor}&wait=1`)
  await waitFor('the long poll', () => (server.waits() === 1 ? true : undefined))
  expect((await server.call('DELETE', `/api/classrooms/${id}`, { cookie: ann.cookie })).status).toBe(204)
  for (const client of followers) expect(await client.closed).toBe(4400)
  expect((await waiting).status).toBe(404)
  for (const [path, headers] of doors) expect(await open(path, headers).closed).toBe(4400)
})

test('a session that ends closes its sockets of staff at once, and nobody else’s', async () => {
  const dan = await server.join('dan')
  await sayAsStaff(server, room, ann.cookie, addStaff(dan.userId))
  const [ended, owner] = [
    await openLive(staff(), { cookie: dan.cookie }),
    await openLive(staff(), { cookie: ann.cookie }),
  ]
  await server.accounts.endSession(dan.userId, dan.sessionId)
  expect(await ended.closed).toBe(4401)
  await say(server, room, ask())
  await owner.until('rows')
})

test('students are counted as devices, staff and the screen on the wall are not', async () => {
  const { id } = await makeClassroom(server, ann.cookie)
  const desk = open(staff(id), { cookie: ann.cookie })
  await desk.opened
  desk.send({ type: 'hello', protocol: CLASSROOM_VERSION, ...(await findPosition(id)) })
  await desk.until('live')
  const counted = () => desk.frames.flatMap((frame) => (frame.type === 'ping' ? [frame.devices] : []))
  expect([desk.frames[0], ...counted()]).toMatchObject([{ type: 'welcome', devices: 0 }])
  const screen = open(`/q/api/${id}/screen/socket`)
  const pair = [screen, open(students(id)), open(students(id))]
  for (const one of pair) {
    await one.opened
    one.raw(hello)
  }
  await waitFor('two devices', () => (counted().at(-1) === 2 ? true : undefined))
  clients.splice(1).forEach((client) => client.terminate())
  await waitFor('none', () => (counted().at(-1) === 0 ? true : undefined))
})
