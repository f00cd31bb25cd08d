import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listen } from '../../../server/http/listen.ts'
import { createApp } from '../../../server/http/app.ts'
import { createHttpServer } from '../../../server/http/server.ts'
import { CLASSROOM_HEADER } from '../../../shared/classroom/version.ts'
import { PROTOCOL_HEADER } from '../../../shared/protocol/version.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { waitFor } from '../../support/wait-for.ts'
import { type ApiServer, createApiServer } from './api-server.ts'

// What HTTP itself refuses, before any route is asked, and what never comes to its end.

let backend: Backend
let server: ApiServer
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store)
})
afterAll(async () => {
  await server.close()
  await backend.dispose()
})

function open(port: number, sent: string): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(sent)
  return socket
}

async function expectOurs(answer: string, status: number): Promise<void> {
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  for (const name of [PROTOCOL_HEADER, CLASSROOM_HEADER]) expect(head.toLowerCase()).toContain(`\r\n${name}: `)
  expect(JSON.parse(body)).toMatchObject({ error: { code: expect.any(String) as string } })
}

const HOST = 'host: localhost\r\n'
const refused: [what: string, status: number, sent: string][] = [
  ['what is no HTTP', 400, 'hello\r\n\r\n'],
  ['an address that is none', 400, `GET http:// HTTP/1.1\r\n${HOST}\r\n`],
  ['a header that is too long', 431, `GET /api/me HTTP/1.1\r\n${HOST}x: ${'x'.repeat(64 * 1024)}\r\n\r\n`],
  ['what it does not expect', 417, `POST /api/commands HTTP/1.1\r\n${HOST}expect: the best\r\n\r\n`],
  [
    'a socket that is not there',
    404,
    `GET /api/nothing HTTP/1.1\r\n${HOST}connection: upgrade\r\nupgrade: websocket\r\n\r\n`,
  ],
]
test.each(refused)('%s is refused in our own words, with %i', async (_, status, sent) => {
  await expectOurs(await text(open(server.port, sent)), status)
  expect(server.errors).toEqual([])
})

const uploads = ['/api/commands', '/api/register', '/q/api/find', '/q/api/abcdefghijkl/commands']
test.each(uploads)('an upload to %s that is broken off is no error', async (path) => {
  const { cookie } = await server.join(`u${uploads.indexOf(path)}ann`)
  const headers = `${HOST}cookie: ${cookie}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n`
  const socket = open(server.port, `POST ${path} HTTP/1.1\r\n${headers}\r\n{"commands"`)
  await new Promise((resolve) => socket.once('ready', resolve))
  // An answer to another request says that the beginning of this one was read.
  await server.call('GET', '/api/health')
  socket.destroy()
  await waitFor('an answer to the next', async () => (await server.call('GET', '/api/health')).status === 200)
  expect(server.errors).toEqual([])
})

test('a body of which the rest never comes is answered in our own words, and its connection ends', async () => {
  const slow = createHttpServer(createApp(server.parts), { arrival: { withinMs: 500, uploadBytesMin: 1 } })
  const listening = await listen(slow, { port: 0, host: '127.0.0.1' }, () => undefined)
  const headers = `${HOST}content-type: application/json\r\ncontent-length: 1000\r\n`
  const answer = await text(open(listening.port, `POST /api/sign-in HTTP/1.1\r\n${headers}\r\n{"handle"`))
  await expectOurs(answer, 408)
  expect(server.errors).toEqual([])
  await listening.close()
})
