import { once } from 'node:events'
import { type IncomingHttpHeaders, request as askHttp } from 'node:http'
import { request as askHttps } from 'node:https'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { readConfig } from '../../../server/config.ts'
import type { Ask } from '../../../server/ops/doctor/ask.ts'
import { proxyLook } from '../../../server/ops/doctor/looks/proxy.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { CODE_GUESSES_PER_MINUTE } from '../../../shared/classroom/limits.ts'
import { CLASSROOM_HEADER, CLASSROOM_VERSION } from '../../../shared/classroom/version.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { send } from '../../support/campus.ts'
import { waitFor } from '../../support/wait-for.ts'
import { startCaddy, startNginx, type WebProxy } from '../../support/web-proxies.ts'
import { exampleFile, uploadCalls } from '../files/upload-calls.ts'
import type { Answer, Call } from '../http/api-server.ts'
import { ask, makeClassroom, say } from '../http/classroom-calls.ts'
import { settingsOf } from '../ops/admin/run-admin.ts'
import { type Measured, startMeasured } from '../metrics/running.ts'

/* The examples of docs/operations, run by the programs that they are for, in front of a whole server. */

const SPEAKS = { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION), [CLASSROOM_HEADER]: String(CLASSROOM_VERSION) }

interface Sent extends Call {
  isPlain?: boolean
  /** The address that one comes from. */
  from?: string
}

const proxies = [
  { name: 'nginx', start: startNginx },
  { name: 'Caddy', start: startCaddy },
]

describe.each(proxies)('behind $name', ({ start }) => {
  let backend: Backend
  let server: Measured
  let proxy: WebProxy
  beforeEach(async () => {
    backend = await createBackend()
    server = await startMeasured(backend, {})
    proxy = await start(server.port)
  })
  afterEach(async () => {
    await proxy.stop()
    await server.stop()
    await backend.dispose()
  })

  function call(method: string, path: string, { body, raw, cookie, headers, isPlain = false, from }: Sent = {}) {
    return new Promise<Answer>((resolve, reject) => {
      const content = body === undefined ? raw : JSON.stringify(body)
      const port = isPlain ? proxy.httpPort : proxy.httpsPort
      const request = (isPlain ? askHttp : askHttps)({
        ...{ host: '127.0.0.1', port, method, path, agent: false, servername: 'localhost', rejectUnauthorized: false },
        ...(from !== undefined && { localAddress: from }),
        headers: {
          ...{ ...SPEAKS, host: `localhost:${port}`, 'content-type': 'application/json' },
          ...(content !== undefined && { 'content-length': Buffer.byteLength(content) }),
          ...(cookie !== undefined && { cookie }),
          ...headers,
        },
      })
      request.on('error', reject)
      request.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve(toAnswer(response.statusCode ?? 0, response.headers, Buffer.concat(chunks))))
      })
      request.end(content)
    })
  }

  async function join(handle: string): Promise<{ cookie: string; userId: string; setCookie: string }> {
    const body = { handle, name: handle, password: 'correct horse' }
    const headers = { origin: `https://localhost:${proxy.httpsPort}` }
    const answer = await call('POST', '/api/register', { body, headers })
    const setCookie = answer.headers['set-cookie']?.[0] ?? ''
    const { user } = answer.body as { user: { id: string } }
    return { cookie: setCookie.split(';')[0] ?? '', userId: user.id, setCookie }
  }

  test('the doctor finds that each client has an address of its own, and came over https', async () => {
    const asked: Ask = async (url, headers) => {
      const { content, ...answer } = await call('GET', url.pathname, { headers: { ...headers } })
      return { ...answer, body: content.toString() }
    }
    const config = readConfig({ ...settingsOf(backend), PUBLIC_URL: `https://localhost:${proxy.httpsPort}` })
    const parts = { config, environment: [], store: backend.store, now: Date.now, ask: asked }
    expect(await proxyLook.look(parts)).toEqual([
      expect.objectContaining({
        status: 'ok',
        sentence: expect.stringMatching(/sees each client; it saw 127\.0\.0\.1/),
      }),
    ])
  })

  test('people sign in, with a cookie for https alone, and stay signed in', async () => {
    const { cookie, setCookie } = await join('ann')
    expect(setCookie).toMatch(/; Secure/)
    expect((await call('GET', '/api/me', { cookie })).status).toBe(200)
    const headers = { origin: 'https://evil.example' }
    const foreign = await call('POST', '/api/commands', { cookie, headers, body: { commands: [send()] } })
    expect(foreign.status).toBe(403)
    const page = await call('GET', '/')
    expect([page.status, page.headers['strict-transport-security']]).toEqual([200, 'max-age=31536000'])
  })

  test('plain http leads to https', async () => {
    const { status, headers } = await call('GET', '/c/some-conversation', { isPlain: true })
    expect([301, 308]).toContain(status)
    expect(headers.location).toMatch(/^https:\/\/localhost(?::\d+)?\/c\/some-conversation$/)
  })

  test('a socket opens, and tells what others write at once', async () => {
    const ann = await join('ann')
    const origin = `https://localhost:${proxy.httpsPort}`
    const headers = { cookie: ann.cookie, host: `localhost:${proxy.httpsPort}` }
    const options = { headers, origin, rejectUnauthorized: false, servername: 'localhost' }
    const socket = new WebSocket(`wss://127.0.0.1:${proxy.httpsPort}/api/socket`, options)
    const heard: string[] = []
    socket.on('message', (frame: Buffer) => heard.push(frame.toString()))
    await once(socket, 'open')
    const page = v.object({ lineage: v.object({ id: v.string() }), to: v.number(), next: v.nullable(v.string()) })
    let pulled = { lineage: { id: '' }, to: 0, next: '' as string | null }
    do {
      const path = `/api/pull?log=campus&lineage=&cursor=0${pulled.next === '' ? '' : `&next=${pulled.next}`}`
      pulled = v.parse(page, (await call('GET', path, { cookie: ann.cookie })).body)
    } while (pulled.next !== null)
    const at = { log: CAMPUS_LOG, lineage: pulled.lineage.id, epoch: '', cursor: pulled.to }
    socket.send(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION, account: ann.userId, ...at }))
    await waitFor('to be live', () => heard.length > 1 || undefined)
    const bob = await join('bob')
    const command = send(undefined, 'Heard through a proxy')
    const sent = await call('POST', '/api/commands', { cookie: bob.cookie, body: { commands: [command] } })
    expect(sent.body).toMatchObject({ results: [{ status: 'accepted' }] })
    await waitFor('the message', () => heard.some((frame) => frame.includes('Heard through a proxy')) || undefined)
    socket.close()
  })

  test('a file that is larger than any other request goes up, and comes down', async () => {
    const { cookie } = await join('ann')
    const calls = uploadCalls({ call }, cookie)
    const file = exampleFile(Buffer.alloc(3_000_000, 'x'))
    expect((await calls.create(file)).status).toBe(201)
    expect((await calls.patch(file.id, 0, file.bytes)).status).toBe(204)
    expect((await calls.finish(file.id)).status).toBe(200)
  })

  test('limits count by the address that somebody comes from, whatever they say it is', async () => {
    const guess = (from: string, forwarded: string) =>
      call('POST', '/q/api/find', { from, body: { code: 'abcdefgh' }, headers: { 'x-forwarded-for': forwarded } })
    const statuses: number[] = []
    for (let place = 0; place <= CODE_GUESSES_PER_MINUTE; place += 1) {
      statuses.push((await guess('127.0.0.1', `10.0.0.${place}`)).status)
    }
    expect(statuses.at(0)).toBe(404)
    expect(statuses.at(-1)).toBe(429)
    expect((await guess('127.0.0.2', '10.0.0.1')).status).toBe(404)
  })

  test('of what comes to a classroom nothing is written down, neither when it works nor when it fails', async () => {
    const { cookie } = await join('ann')
    const { id, code } = await makeClassroom({ call }, cookie)
    const from = '127.0.0.3'
    const referer = `https://localhost:${proxy.httpsPort}/q/${id}`
    const visit = async () => {
      for (const path of [
        `/q/${id}`,
        '/q',
        `/q/api/${id}/pull?lineage=&cursor=0`,
        '/q.webmanifest',
        `/%71/${id}`,
        `//q/${id}`,
      ]) {
        await call('GET', path, { from, headers: { referer } })
        await call('GET', path, { from, isPlain: true })
      }
      await call('POST', '/q/api/find', { from, body: { code } })
      await call('GET', '/look.js', { from, headers: { referer } })
    }
    await visit()
    expect((await say({ call: (...args) => call(args[0], args[1], { ...args[2], from }) }, id, ask())).status).toBe(200)
    // Larger than it is let through, broken off in the middle, and asked for while there is no server.
    await call('POST', `/q/api/${id}/commands`, { from, raw: Buffer.alloc(3_000_000, 'x') }).catch(() => undefined)
    await server.stop()
    await visit()
    // What is not of a classroom is, so that these logs are logs.
    await call('GET', '/api/me', { from: '127.0.0.4' })
    await waitFor('the last line', () => proxy.readLogs().includes('127.0.0.4') || undefined)
    const logs = proxy.readLogs()
    expect(logs).toContain('/api/me')
    for (const secret of [from, id, code, '/q/', '/q.']) expect(logs).not.toContain(secret)
  })
})

function toAnswer(status: number, headers: IncomingHttpHeaders, content: Buffer): Answer {
  const isJson = headers['content-type'] === 'application/json' && headers['content-encoding'] === undefined
  return { status, headers, content, body: isJson && content.length > 0 ? JSON.parse(content.toString()) : undefined }
}
