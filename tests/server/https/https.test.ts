import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, mkdtempSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, request as askHttp } from 'node:http'
import { createServer as createSecureServer, request as askHttps } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { listen } from '../../../server/http/listen.ts'
import { startHttps } from '../../../server/https/https.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import { type AcmeServer, LIFE_MS, startAcme } from '../../support/acme.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { findFreePort } from '../../support/free-port.ts'
import { waitFor } from '../../support/wait-for.ts'
import { exampleFile, TUS, toMetadata } from '../files/upload-calls.ts'
import { startMeasured, TOKEN } from '../metrics/running.ts'
import { valueOf } from '../metrics/samples.ts'
import { expectSentence, MAIN } from '../ops/run-file.ts'

/*
 * HTTPS by itself, against a real ACME server on this machine, which asks at port 80 of the name, as every authority does.
 * "localhost" is the one name that leads here everywhere.
 */

const NAME = 'localhost'
const HTTP_PORT = 80

let acme: AcmeServer
let folder: string
beforeAll(async () => {
  await waitFor('port 80', () => isFree(HTTP_PORT))
  acme = await startAcme()
})
afterAll(() => acme.stop())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatbox-https-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function isFree(port: number): Promise<true | undefined> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE'
        ? resolve(undefined)
        : reject(
            new Error('An ACME server asks at port 80: these tests need the right to listen there.', { cause: error }),
          ),
    )
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** Whoever trusts the authority and nobody else. */
const trusting = () => ({ host: '127.0.0.1', servername: NAME, ca: readFileSync(acme.caFile) })

async function openTls(port: number): Promise<TLSSocket> {
  const socket = connect({ ...trusting(), port })
  await once(socket, 'secureConnect')
  return socket
}

async function findSerial(port: number): Promise<string> {
  const socket = await openTls(port)
  const { serialNumber } = socket.getPeerCertificate()
  socket.destroy()
  return serialNumber
}

interface Asked {
  method?: string
  cookie?: string
  headers?: Record<string, string>
  content?: string | Buffer
}

function ask(port: number, path: string, { method = 'GET', cookie, headers, content }: Asked = {}) {
  return new Promise<{ response: IncomingMessage; text: string }>((resolve, reject) => {
    const request = askHttps({
      ...{ ...trusting(), port, path, method, agent: false },
      headers: {
        ...{ host: `${NAME}:${port}`, 'content-type': 'application/json' },
        ...(content !== undefined && { 'content-length': Buffer.byteLength(content) }),
        ...(cookie !== undefined && { cookie }),
        ...headers,
      },
    })
    request.on('error', reject)
    request.on('response', (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve({ response, text }))
    })
    request.end(content)
  })
}

function askPlain(path: string, options: { method?: string; headers?: Record<string, string> } = {}) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const request = askHttp({ host: '127.0.0.1', port: HTTP_PORT, path, agent: false, ...options }, (response) => {
      response.resume()
      resolve(response)
    })
    request.on('error', reject).end()
  })
}

let backend: Backend
/** What a test that fails leaves behind would hold port 80 against the next one. */
const running: (() => Promise<void>)[] = []
beforeEach(async () => {
  backend = await createBackend()
})
afterEach(async () => {
  for (const stop of running.splice(0)) await stop()
  await backend.dispose()
})

async function start(port: number) {
  const server = await startMeasured({ ...backend, dataDir: folder }, toSettings(port))
  running.push(server.stop)
  return server
}

function toSettings(port: number): Record<string, string> {
  return {
    ...{ HTTPS: NAME, HTTPS_PORT: String(port), HTTP_PORT: String(HTTP_PORT), HOST: '127.0.0.1' },
    ...{ ACME_DIRECTORY_URL: acme.directoryUrl, ACME_CA: acme.caFile, ACME_EMAIL: 'admin@example.edu' },
    METRICS_TOKEN: TOKEN,
  }
}

test('a server gets its certificate, speaks HTTPS alone, and has the same one after it was started again', async () => {
  const port = await findFreePort()
  const server = await start(port)
  const { response, text } = await ask(port, '/api/ready')
  expect([response.statusCode, response.headers['strict-transport-security']]).toEqual([200, 'max-age=31536000'])
  expect(text).toContain('"ready"')
  for (const path of ['/q/some?a=b', '//evil.example/', '/']) {
    const redirect = await askPlain(path, { headers: { host: 'evil.example' } })
    const to = `https://${NAME}:${port}${path.replace('//', '/')}`
    expect([redirect.statusCode, redirect.headers.location]).toEqual([301, to])
  }
  expect((await askPlain('/api/sign-in', { method: 'POST' })).statusCode).toBe(308)
  expect((await askPlain('/.well-known/acme-challenge/none')).statusCode).toBe(301)

  const files = readdirSync(join(folder, 'acme'))
  expect(files.toSorted()).toEqual(['account-key.pem', `${NAME}.pem`])
  for (const file of files) expect(statSync(join(folder, 'acme', file)).mode & 0o777).toBe(0o600)
  const metrics = (await ask(port, '/metrics', { headers: { authorization: `Bearer ${TOKEN}` } })).text
  const left = (valueOf(metrics, 'chatbox_certificate_expiry_timestamp_seconds') ?? 0) - Date.now() / 1_000
  expect(left).toBeGreaterThan(60)
  expect(left).toBeLessThanOrEqual(LIFE_MS / 1_000)
  expect(valueOf(metrics, 'chatbox_certificate_renewal_failures')).toBe(0)

  const serial = await findSerial(port)
  await server.stop()
  await expect(askPlain('/')).rejects.toThrow('ECONNREFUSED')
  await start(port)
  expect(await findSerial(port)).toBe(serial)
})

test('people sign in with a cookie for HTTPS alone, send a file, and hear of messages over wss', async () => {
  const port = await findFreePort()
  const server = await start(port)
  const origin = `https://${NAME}:${port}`
  // What strangers can reach is by invitation: the first comes by the link that the start prints.
  const body = { handle: 'ann', name: 'Ann', password: 'correct horse', claim: server.claimToken }
  const registered = await ask(port, '/api/register', {
    ...{ method: 'POST', headers: { origin }, content: JSON.stringify(body) },
  })
  const setCookie = registered.response.headers['set-cookie']?.[0] ?? ''
  expect(setCookie).toMatch(/; Secure/)
  const cookie = setCookie.split(';')[0] ?? ''
  const { user } = JSON.parse(registered.text) as { user: { id: string } }

  const file = exampleFile(Buffer.alloc(2_500_000, 'x'))
  const created = await ask(port, '/api/uploads', {
    ...{ method: 'POST', cookie },
    headers: { ...TUS, 'content-type': '', 'upload-length': '2500000', 'upload-metadata': toMetadata(file) },
  })
  expect(created.response.statusCode).toBe(201)
  const piece = { ...TUS, 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' }
  const sent = await ask(port, `/api/uploads/${file.id}`, {
    method: 'PATCH',
    cookie,
    headers: piece,
    content: file.bytes,
  })
  expect(sent.response.statusCode).toBe(204)

  const socket = new WebSocket(`wss://127.0.0.1:${port}/api/socket`, {
    ...{ ...trusting(), origin, headers: { cookie, host: `${NAME}:${port}` } },
  })
  await once(socket, 'open')
  const at = { log: CAMPUS_LOG, lineage: '', epoch: '', cursor: 0 }
  socket.send(JSON.stringify({ type: 'hello', protocol: PROTOCOL_VERSION, account: user.id, ...at }))
  const [welcome] = (await once(socket, 'message')) as [Buffer]
  expect(welcome.length).toBeGreaterThan(0)
  socket.close()
})

test('a certificate is renewed in time while connections go on, and one that cannot be renewed is kept and told of', async () => {
  const clock = createFakeClock(Date.now())
  const server = createSecureServer((_, response) => response.end('here'))
  const errors: unknown[] = []
  const renewed: number[] = []
  const https = await startHttps({
    ...{ name: NAME, origin: `https://${NAME}`, dataDir: folder, clock },
    authority: { directoryUrl: acme.directoryUrl, caFile: acme.caFile, email: undefined },
    listen: (plain) => listen(plain, { port: HTTP_PORT, host: '127.0.0.1' }, () => undefined),
    onRenewed({ key, chain, notAfter }) {
      server.setSecureContext({ key, cert: chain })
      renewed.push(notAfter)
    },
    onError: (error) => errors.push(error),
  })
  running.push(https.stop)
  const { key, chain } = https.certificate.current
  server.setSecureContext({ key, cert: chain })
  const { port, close } = await listen(server, { port: 0, host: '127.0.0.1' }, () => undefined)
  const first = await findSerial(port)
  const old = await openTls(port)
  clock.advance(LIFE_MS * 0.72)
  await waitFor('another certificate', () => renewed.length === 1 || undefined)
  const second = await findSerial(port)
  expect(second).not.toBe(first)
  old.write(`GET / HTTP/1.1\r\nhost: ${NAME}\r\n\r\n`)
  const [answer] = (await once(old, 'data')) as [Buffer]
  expect(answer.toString()).toContain('here')
  old.destroy()

  // The authority asks at port 80 and finds nobody.
  await https.stop()
  const gone = await startHttps({
    ...{ name: NAME, origin: `https://${NAME}`, dataDir: folder, clock },
    authority: { directoryUrl: 'https://localhost:1/directory', caFile: acme.caFile, email: undefined },
    listen: async () => ({ close: async () => undefined }),
    onRenewed: () => renewed.push(0),
    onError: (error) => errors.push(error),
  })
  clock.advance(LIFE_MS)
  await waitFor('it to be told', () => errors.length === 1 || undefined)
  expect(String(errors[0])).toMatch(/the certificate for localhost was not renewed; it holds until \d{4}-/)
  expect([gone.certificate.failures, renewed.length]).toEqual([1, 1])
  expect(await findSerial(port)).toBe(second)
  await gone.stop()
  await close()
})

test('without a certificate there is no start, and a sentence that says why', async () => {
  const settings = {
    ...toSettings(await findFreePort()),
    ACME_DIRECTORY_URL: 'https://localhost:1/directory',
    DATA_DIR: folder,
  }
  await expectSentence(
    MAIN,
    settings,
    /^There is no certificate for localhost \(.*ECONNREFUSED.*\)\. The name has to lead to this machine, and its port 80/,
  )
})
