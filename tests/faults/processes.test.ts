import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { createBackend, type Backend } from '../support/backend.ts'
import { createProxy, type Proxy } from '../support/proxy.ts'
import { startRedis, type Service } from '../support/services.ts'
import { startServer, type ServerProcess } from '../support/server.ts'
import { waitFor } from '../support/wait-for.ts'
import { register, signIn, type Device } from './device.ts'

/*
 * Two real server processes over one MariaDB and one Redis, each behind a wire that can be cut, and
 * the client's own engine over real sockets. Whatever is killed or cut, each message arrives once, in
 * the order in which it was written.
 */

let backend: Backend
let redis: Service
let toDatabase: Proxy
let settings: { databaseUrl: string; redisUrl: string }
let one: ServerProcess
let two: ServerProcess
let devices: Device[]
let handles = 0

beforeAll(async () => {
  backend = await createBackend()
  redis = await startRedis()
  const database = new URL(backend.databaseUrl ?? '')
  toDatabase = await createProxy(Number(database.port))
  database.port = String(toDatabase.port)
  settings = { databaseUrl: database.href, redisUrl: redis.url }
  one = await startServer(settings)
  two = await startServer(settings)
})
afterAll(async () => {
  await one.dispose()
  await two.dispose()
  await toDatabase.close()
  await redis.stop()
  await backend.dispose()
})

beforeEach(() => {
  devices = []
})
afterEach(async () => {
  for (const device of devices) await device.stop()
})

async function newcomer(server: ServerProcess): Promise<Device> {
  handles += 1
  const device = await register(server.url, `person${handles}`)
  devices.push(device)
  return device
}

/** A group of these devices' people, with nobody else's messages in it. */
async function openGroup(creator: Device, others: readonly Device[]): Promise<string> {
  const conversationId = uuidv7()
  const userIds = others.map((other) => other.userId)
  creator.enqueue([{ type: 'group.create', id: uuidv7(), conversationId, title: 'Both processes', userIds }])
  for (const device of [creator, ...others]) {
    await waitFor('the group on every device', () => device.disk.conversations.rows.get(conversationId))
  }
  return conversationId
}

const numbered = (count: number, from = 1) => Array.from({ length: count }, (_, index) => `message ${from + index}`)

test('what one process takes, the clients of the other see', async () => {
  const [ann, bo] = [await newcomer(one), await newcomer(two)]
  const group = await openGroup(ann, [bo])
  ann.send(group, 'from the first process')
  await bo.expectTexts(group, ['from the first process'])
  bo.send(group, 'from the second')
  await ann.expectTexts(group, ['from the first process', 'from the second'])
})

test('a lost bus delays a message and loses none', async () => {
  const [ann, bo] = [await newcomer(one), await newcomer(two)]
  const group = await openGroup(ann, [bo])
  const { port } = redis
  await redis.stop()
  for (const text of numbered(5)) ann.send(group, text)
  await bo.expectTexts(group, numbered(5))
  redis = await startRedis(port)
  ann.send(group, 'the bus is back')
  await bo.expectTexts(group, [...numbered(5), 'the bus is back'])
})

test('a process killed in the middle of a stream of sends loses and doubles nothing', async () => {
  const killed = await startServer(settings)
  const [ann, bo] = [await newcomer(killed), await newcomer(two)]
  const group = await openGroup(ann, [bo])
  const texts = numbered(300)
  for (const [index, text] of texts.entries()) {
    ann.send(group, text)
    // Let some of them reach the server before it dies.
    if (index % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await waitFor('the first of them to arrive', () => bo.read(group).length > 0 || undefined)
  ann.moveTo(two.url)
  await killed.kill9()
  await ann.expectNothingWaiting()
  await bo.expectTexts(group, texts)
  await ann.expectTexts(group, texts)
  await killed.dispose()
})

test('a database that goes away and comes back loses and doubles nothing', async () => {
  const [ann, bo] = [await newcomer(one), await newcomer(two)]
  const group = await openGroup(ann, [bo])
  for (const text of numbered(100)) ann.send(group, text)
  await waitFor('the first of them to arrive', () => bo.read(group).length > 0 || undefined)
  toDatabase.cut()
  for (const text of numbered(100, 101)) ann.send(group, text)
  bo.send(EVERYONE_ID, 'written while there was no database')
  await waitFor('the servers to notice', async () => {
    const ready = await fetch(new URL('/api/ready', one.url))
    return ready.status === 503 || undefined
  })
  expect(ann.disk.outbox.rows.size).toBeGreaterThan(0)
  toDatabase.restore()
  await ann.expectNothingWaiting()
  await bo.expectNothingWaiting()
  await bo.expectTexts(group, numbered(200))
  await waitFor(
    'the message to Everyone',
    () => ann.read(EVERYONE_ID).includes('written while there was no database') || undefined,
  )
})

test('a session ended in one process closes its socket in the other, and deletes nothing', async () => {
  const laptop = await newcomer(one)
  const phone = await signIn(two.url, `person${handles}`)
  devices.push(phone)
  await waitFor('the phone to be live', () => phone.disk.connection.kind === 'live' || undefined)
  await laptop.endOtherSessions()
  await waitFor('the phone to be signed out', () => phone.disk.connection.kind === 'signed-out' || undefined, 5_000)
  phone.send(EVERYONE_ID, 'written after the session ended')
  expect([...phone.disk.outbox.rows.values()].map((entry) => entry.state.kind)).toEqual(['waiting'])
})
