import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compressClientFiles, loadClientFiles } from '../../../server/http/client-files.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type ApiServer, createApiServer } from './api-server.ts'

const SCRIPT = 'console.log("hello")\n'.repeat(200)
let folder: string
let backend: Backend
let server: ApiServer
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chatbox-client-'))
  mkdirSync(join(folder, 'client/assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'outside')
  const files = {
    'index.html': '<!doctype html><title>ChatBox</title>',
    'sw.js': 'self.skipWaiting()',
    'manifest.webmanifest': '{}',
    'icon.png': 'png'.repeat(1_000),
    'assets/main-abc123.js': SCRIPT,
    'assets/main-abc123.js.map': '{}',
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, 'client', name), content)
  backend = await createBackend()
  server = await createApiServer(backend.store, { clientFiles: loadClientFiles(join(folder, 'client')) })
})
afterAll(async () => {
  await server.close()
  await backend.dispose()
  rmSync(folder, { recursive: true })
})

const get = (path: string, headers: Record<string, string> = {}) => server.call('GET', path, { headers })
const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

const pages: [
  path: string,
  headers: Record<string, string>,
  status: number,
  type: string | undefined,
  cache?: string,
][] = [
  ['/', HTML, 200, 'text/html; charset=utf-8', 'no-cache'],
  ['/index.html', {}, 200, 'text/html; charset=utf-8', 'no-cache'],
  ['/c/01900000-0000-7000-8000-000000000001', HTML, 200, 'text/html; charset=utf-8', 'no-cache'],
  ['/sw.js', {}, 200, 'text/javascript; charset=utf-8', 'no-cache'],
  ['/manifest.webmanifest', {}, 200, 'application/manifest+json', 'no-cache'],
  ['/icon.png', {}, 200, 'image/png', 'no-cache'],
  ['/assets/main-abc123.js', {}, 200, 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
  ['/assets/main-old456.js', HTML, 404, 'text/plain; charset=UTF-8'],
  ['/assets/main-abc123.js.map', {}, 404, 'text/plain; charset=UTF-8'],
  ['/people', { accept: 'application/json' }, 404, 'text/plain; charset=UTF-8'],
  ['/../secret.txt', HTML, 404, 'text/plain; charset=UTF-8'],
  ['/..%2fsecret.txt', HTML, 404, 'text/plain; charset=UTF-8'],
  ['/%2e%2e/secret.txt', HTML, 404, 'text/plain; charset=UTF-8'],
  ['/assets/..%5c..%5csecret.txt', HTML, 404, 'text/plain; charset=UTF-8'],
  ['/%00', HTML, 200, 'text/html; charset=utf-8', 'no-cache'],
]
test.each(pages)('GET %s', async (path, headers, status, type, cache) => {
  const answer = await get(path, headers)
  expect([answer.status, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
    status,
    type,
    cache,
  ])
  expect(answer.content.toString()).not.toContain('outside')
})

test('a page says that it is ours, for a service worker that keeps no other', async () => {
  const { headers } = await get('/index.html')
  expect(headers[PROTOCOL_HEADER]).toBe(String(PROTOCOL_VERSION))
})

test('a file is sent compressed to whoever takes it', async () => {
  const path = '/assets/main-abc123.js'
  const plain = await get(path)
  const gzip = await get(path, { 'accept-encoding': 'gzip' })
  const brotli = await get(path, { 'accept-encoding': 'gzip, deflate, br' })
  expect(plain.content.toString()).toBe(SCRIPT)
  expect(gunzipSync(gzip.content).toString()).toBe(SCRIPT)
  expect(brotliDecompressSync(brotli.content).toString()).toBe(SCRIPT)
  expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' })
})

test('what a browser has already is not sent again', async () => {
  const { etag = '' } = (await get('/')).headers
  const again = await get('/', { 'if-none-match': etag })
  expect([again.status, again.content.length]).toEqual([304, 0])
  expect((await get('/', { 'if-none-match': '"another"' })).status).toBe(200)
})

test('only reading is possible', async () => {
  expect((await server.call('POST', '/', { body: {} })).status).toBe(404)
  expect((await server.call('HEAD', '/')).status).toBe(200)
})

test('what the build compressed is taken as it is, and never for another content', () => {
  const client = join(folder, 'client')
  const now = loadClientFiles(client)
  expect(compressClientFiles(client)).toBe(1)
  for (const name of readdirSync(`${client}-compressed`)) appendFileSync(join(`${client}-compressed`, name), 'kept')
  expect(loadClientFiles(client).get('/assets/main-abc123.js')?.brotli).not.toEqual(
    now.get('/assets/main-abc123.js')?.brotli,
  )
  writeFileSync(join(client, 'assets/main-abc123.js'), `${SCRIPT}//`)
  const changed = loadClientFiles(client).get('/assets/main-abc123.js')
  expect(brotliDecompressSync(changed?.brotli ?? '').toString()).toBe(`${SCRIPT}//`)
  expect(gunzipSync(changed?.gzip ?? '').toString()).toBe(`${SCRIPT}//`)
})

test('before the first build there is nothing to serve', () => {
  expect(loadClientFiles(join(folder, 'nowhere'))).toEqual(new Map())
})
