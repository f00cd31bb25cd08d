import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApp } from '../../../server/http/app.ts'
import { PREVIEW_PLACE } from '../../../server/http/draw-preview.ts'
import type { Database } from '../../../server/store/schema.ts'
import { uuidv7 } from 'uuidv7'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type ApiServer, createApiServer } from './api-server.ts'
import { ask, createReceipt, makeClassroom, say, sayAsStaff } from './classroom-calls.ts'

// A classroom's page, with its first questions in it.

const PAGE = readFileSync(join(import.meta.dirname, '../../../client/q.html'), 'utf8')
const HTML = { accept: 'text/html' }

let backend: Backend
let server: ApiServer
let ann: Awaited<ReturnType<ApiServer['join']>>
beforeAll(async () => {
  backend = await createBackend()
  const file = {
    ...{ type: 'text/html; charset=utf-8', etag: '"q"', cacheControl: 'no-cache' },
    ...{ plain: new Uint8Array(Buffer.from(PAGE)), gzip: undefined, brotli: undefined },
  }
  const clientFiles = new Map([
    ['/index.html', file],
    ['/q.html', file],
  ])
  server = await createApiServer(backend.store, { clientFiles })
  ann = await server.join('ann')
})
afterAll(async () => {
  await server.close()
  await backend.dispose()
  expect(server.errors).toEqual([])
})

const get = (path: string, headers: Record<string, string> = {}) => server.call('GET', path, { headers })

test('what everybody may see is in the page as text, the most wanted first; nothing else is', async () => {
  const { id } = await makeClassroom(server, ann.cookie, { title: '<b>Sets & "maps"</b>', words: ['leak'] })
  const asked = ['Why is $a<b$?', '<img src=x onerror=alert(1)>', 'the leak of the exam'].map((text) => ask(text))
  for (const question of asked) expect((await say(server, id, question)).status).toBe(200)
  const [, wanted] = asked
  const vote = { type: 'vote.cast' as const, id: uuidv7(), questionId: wanted?.id ?? '' }
  await say(server, id, { ...vote, id: crypto.randomUUID(), receiptHash: createReceipt().receiptHash })
  await sayAsStaff(server, id, ann.cookie, {
    ...{ type: 'poll.create', id: crypto.randomUUID(), kind: 'one', question: 'Too fast & loud?' },
    ...{ options: ['Yes', 'No'], results: 'live' },
  })
  const answer = await get(`/q/${id}`, HTML)
  const text = answer.content.toString()
  expect([answer.status, answer.headers['cache-control'], answer.headers['set-cookie']]).toEqual([
    200,
    'no-store',
    undefined,
  ])
  expect(text).toContain('&lt;b&gt;Sets &amp; &quot;maps&quot;&lt;/b&gt;')
  expect(text).toContain('Too fast &amp; loud?')
  expect(text).not.toContain('leak of the exam')
  expect(text).not.toContain('<img')
  const at = (part: string) => text.indexOf(part)
  expect(at('&lt;img src=x')).toBeGreaterThan(0)
  expect(at('Why is $a&lt;b$?')).toBeGreaterThan(at('&lt;img src=x'))
  expect(text.replace(/<div id="preview">.*<\/div>(?=\s*<div id="app">)/s, PREVIEW_PLACE)).toBe(PAGE)
})

test('it goes compressed to whoever takes that', async () => {
  const { id } = await makeClassroom(server, ann.cookie)
  const plain = await get(`/q/${id}`, HTML)
  const inGzip = await get(`/q/${id}`, { ...HTML, 'accept-encoding': 'gzip' })
  expect(inGzip.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(inGzip.content).toString()).toBe(plain.content.toString())
  const inBrotli = await get(`/q/${id}`, { ...HTML, 'accept-encoding': 'gzip, br' })
  expect(inBrotli.headers['content-encoding']).toBe('br')
  expect(brotliDecompressSync(inBrotli.content).toString()).toBe(plain.content.toString())
})

test('a page of no classroom, of its wall, and as it is kept on a device has none in it', async () => {
  const { id } = await makeClassroom(server, ann.cookie)
  for (const path of ['/q/abcdefghijkl', '/q/nonsense', `/q/${id}/screen`, '/q/', '/q.html']) {
    expect((await get(path, HTML)).content.toString(), path).toBe(PAGE)
  }
})

test('with no database the page is as it was', async () => {
  const { id } = await makeClassroom(server, ann.cookie)
  const reported: unknown[] = []
  const store = {
    ...backend.store,
    get db(): Database {
      throw new Error('away')
    },
  }
  const reportBare = (error: unknown) => `error-${reported.push(error)}`
  const app = createApp({ ...server.parts, store, reportBare })
  const answer = await app.request(`/q/${id}`, { headers: HTML }, {})
  expect(await answer.text()).toBe(PAGE)
  expect(reported).toEqual([new Error('away')])
})
