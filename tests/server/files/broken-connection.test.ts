import { connect, type Socket } from 'node:net'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApp } from '../../../server/http/app.ts'
import { listen } from '../../../server/http/listen.ts'
import { createHttpServer } from '../../../server/http/server.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { waitFor } from '../../support/wait-for.ts'
import { type ApiServer, createApiServer } from '../http/api-server.ts'
import { type ExampleFile, exampleFile, type UploadCalls, uploadCalls } from './upload-calls.ts'

// Pieces that arrive slowly, in part, or not at all.

/** A busy machine may itself stand still for a second. */
const WITHIN_MS = 2_000

let backend: Backend
let server: ApiServer
/** The same app on a port where requests have to arrive sooner. */
let strict: Awaited<ReturnType<typeof listen>>
let ann: Awaited<ReturnType<ApiServer['join']>> & UploadCalls
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store)
  const http = createHttpServer(createApp(server.parts), {
    arrival: { withinMs: WITHIN_MS, uploadBytesMin: 50 },
    stillMs: WITHIN_MS,
  })
  strict = await listen(http, { port: 0, host: '127.0.0.1' }, () => undefined)
  const joined = await server.join('ann')
  ann = { ...joined, ...uploadCalls(server, joined.cookie) }
})
afterAll(async () => {
  await strict.close()
  await server.close()
  await backend.dispose()
})

/** Begins to send a piece over a connection of its own. */
function beginPiece(port: number, file: ExampleFile, offset: number, bytes: Buffer): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  const head = [
    `PATCH /api/uploads/${file.id} HTTP/1.1`,
    ...['host: localhost', `cookie: ${ann.cookie}`, 'tus-resumable: 1.0.0'],
    'content-type: application/offset+octet-stream',
    ...[`upload-offset: ${offset}`, `content-length: ${file.bytes.length - offset}`],
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  socket.write(bytes)
  return socket
}

const offsetOf = async (file: ExampleFile) => Number((await ann.head(file.id)).headers['upload-offset'])
const waitForOffset = (file: ExampleFile, offset: number) =>
  waitFor(`${offset} bytes of the upload`, async () => (await offsetOf(file)) === offset || undefined)

test('what arrived of a piece stays when its connection breaks, and the upload goes on from there', async () => {
  const file = exampleFile(randomBytes(300_000))
  await ann.create(file)
  const socket = beginPiece(server.port, file, 0, file.bytes.subarray(0, 100_000))
  await waitFor('the bytes to arrive', async () => {
    const { home } = server
    return (await home.countUploaded(file.id)) === 100_000 || undefined
  })
  socket.destroy()
  await waitForOffset(file, 100_000)
  await ann.patch(file.id, 100_000, file.bytes.subarray(100_000))
  expect((await ann.finish(file.id)).status).toBe(200)
  expect(server.errors).toEqual([])
})

test('who asks how far an upload is ends a piece that hangs, and what arrived of it stays', async () => {
  const file = exampleFile(randomBytes(50_000))
  await ann.create(file)
  const hanging = beginPiece(server.port, file, 0, file.bytes.subarray(0, 20_000))
  await waitFor('the bytes to arrive', async () => (await server.home.countUploaded(file.id)) === 20_000 || undefined)
  expect(await offsetOf(file)).toBe(20_000)
  expect((await ann.patch(file.id, 20_000, file.bytes.subarray(20_000))).status).toBe(204)
  hanging.destroy()
  expect((await ann.finish(file.id)).status).toBe(200)
})

test('a piece may take longer than other requests while it moves', async () => {
  const file = exampleFile(randomBytes(100_000))
  await ann.create(file)
  const socket = beginPiece(strict.port, file, 0, file.bytes.subarray(0, 100))
  const end = Date.now() + 1.5 * WITHIN_MS
  let sent = 100
  while (Date.now() < end) {
    await waitFor('the bytes to arrive', async () => (await server.home.countUploaded(file.id)) === sent || undefined)
    socket.write(file.bytes.subarray(sent, (sent += 100)))
  }
  socket.write(file.bytes.subarray(sent))
  await waitForOffset(file, file.bytes.length)
  socket.destroy()
})

test('a piece that stands still is ended, and what arrived of it stays', async () => {
  const file = exampleFile(randomBytes(1_000))
  await ann.create(file)
  const socket = beginPiece(strict.port, file, 0, file.bytes.subarray(0, 100))
  await new Promise((resolve) => socket.once('close', resolve))
  expect(await offsetOf(file)).toBe(100)
})
