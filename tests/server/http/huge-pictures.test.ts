import { once } from 'node:events'
import { type IncomingMessage, request as sendRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { CLOSE } from '../../../shared/protocol/errors.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { BODY_BYTES_MAX, FRAME_BYTES_MAX, PICTURE_BASE64_MAX } from '../../../shared/protocol/limits.ts'
import { PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { dump, setPicture } from '../../support/campus.ts'
import { type ApiServer, codeOf, createApiServer } from './api-server.ts'

let backend: Backend
let server: ApiServer
let ann: Awaited<ReturnType<ApiServer['join']>>
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store)
  ann = await server.join('ann')
})
afterAll(async () => {
  await server.close()
  await backend.dispose()
})

const HUGE = 50 * 1024 * 1024
const hugeCommand = () => setPicture('A'.repeat(HUGE))

/** Nothing was kept of what `work` did, and the server takes the next request as ever. */
async function expectUnharmed(work: () => Promise<void>): Promise<void> {
  const kept = async () => [
    await dump(backend.store),
    await backend.store.db.selectFrom('picture').selectAll().execute(),
  ]
  const before = await kept()
  await work()
  expect(await kept()).toEqual(before)
  expect((await server.call('GET', '/api/me', { cookie: ann.cookie })).status).toBe(200)
  expect(server.errors).toEqual([])
}

const lengths: [string, Record<string, string>, bytes: number][] = [
  ['that says how large it is', { 'content-length': String(HUGE) }, 1],
  ['that does not say how large it is', { 'transfer-encoding': 'chunked' }, BODY_BYTES_MAX + 1],
]
test.each(lengths)('a picture of 50 MB %s is refused before it is there', async (_, headers, bytes) => {
  await expectUnharmed(async () => {
    const request = sendRequest({
      ...{ host: '127.0.0.1', port: server.port, method: 'POST', path: '/api/commands', agent: false },
      headers: { 'content-type': 'application/json', cookie: ann.cookie, ...headers },
    })
    // The rest never comes, so an answer cannot have waited for it.
    request.write(Buffer.alloc(bytes, ' '))
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    expect(answer.statusCode).toBe(413)
    expect(JSON.parse(await text(answer))).toMatchObject({ error: { code: 'too_large' } })
    request.on('error', () => undefined)
    request.destroy()
  })
})

test('a picture of 50 MB that is sent all the same is not taken', async () => {
  await expectUnharmed(async () => {
    const body = { commands: [hugeCommand()] }
    const told = await server.call('POST', '/api/commands', { cookie: ann.cookie, body }).then(
      (answer) => `${answer.status} ${String(codeOf(answer))}`,
      () => 'the connection was closed',
    )
    // The server answers at once, takes in what still comes for a moment, and then hangs up.
    expect(['413 too_large', 'the connection was closed']).toContain(told)
  })
})

test('a picture that fits into a request but not into the limit is refused alone', async () => {
  await expectUnharmed(async () => {
    const command = setPicture('A'.repeat(PICTURE_BASE64_MAX + 4))
    const answer = await server.call('POST', '/api/commands', { cookie: ann.cookie, body: { commands: [command] } })
    const message = 'The command is not right: picture is too large.'
    expect(answer.body).toEqual({ results: [{ status: 'refused', id: command.id, code: 'bad_request', message }] })
  })
})

test.each([HUGE, FRAME_BYTES_MAX])('a picture of %i bytes over a socket closes it', async (bytes) => {
  await expectUnharmed(async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api/socket`, { headers: { cookie: ann.cookie } })
    socket.on('error', () => undefined)
    const closed = once(socket, 'close') as Promise<[number]>
    await once(socket, 'open')
    const hello = {
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      log: CAMPUS_LOG,
      account: ann.userId,
      epoch: '',
      cursor: 0,
    }
    socket.send(JSON.stringify(hello))
    await once(socket, 'message')
    socket.send(JSON.stringify({ type: 'command', command: setPicture('A'.repeat(bytes)) }))
    expect((await closed)[0]).toBe(CLOSE.frameTooLarge)
  })
})
