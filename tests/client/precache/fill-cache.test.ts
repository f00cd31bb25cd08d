import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { writePacks, type PackedEntry } from '../../../build/write-packs.ts'
import { fillCache, type CacheEntry } from '../../../client/precache/fill-cache.ts'
import { readPack } from '../../../client/precache/read-pack.ts'

// Many files in one request: what a build packs, a service worker takes apart.

const FILES = {
  'assets/first-00000001.js': 'first',
  'assets/campus-00000001.js': 'é'.repeat(40),
  'assets/ahead-00000001.css': 'a{}',
  'assets/date-dialog-1.js': '',
  'assets/KaTeX_Main-1.woff2': '\n[1]\n',
  'index.html': '<title>',
}
let folder: string
let entries: PackedEntry[]
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatbox-packs-'))
  mkdirSync(join(folder, 'assets'))
  for (const [path, text] of Object.entries(FILES)) writeFileSync(join(folder, path), text)
  const list = Object.keys(FILES).map((url) => ({ url, revision: url.startsWith('assets/') ? null : 'r' }))
  entries = writePacks(folder, list)
})
afterAll(() => rmSync(folder, { recursive: true }))

const packOf = (url: string) => entries.find((entry) => entry.url === url)?.pack
const listed = (): CacheEntry[] =>
  entries.map(({ url, pack, bytes = 0 }) => ({ path: `/${url}`, bytes, ...(pack !== undefined && { pack }) }))

/** What the server was asked for, and what it answers instead of its files. */
let asked: string[]
let instead: Map<string, () => Response>
/** What the browser kept of what the page asked for. */
let kept: Set<string>
let cached: Map<string, Response>
beforeEach(() => {
  ;[asked, instead, kept, cached] = [[], new Map(), new Set(), new Map()]
})

const cache = {
  match: async (path: RequestInfo | URL) => cached.get(String(path)),
  put: async (path: RequestInfo | URL, response: Response) => void cached.set(String(path), response),
}

async function answer(path: string, init?: RequestInit): Promise<Response> {
  const isKept = init?.cache === 'only-if-cached'
  if (isKept && !kept.has(path)) throw new TypeError('Failed to fetch')
  if (!isKept) asked.push(path)
  const headers = { 'content-security-policy': "default-src 'self'", etag: '"x"', 'content-encoding': 'br' }
  return instead.get(path)?.() ?? new Response(new Uint8Array(readFileSync(join(folder, path))), { headers })
}

const fill = () => fillCache(listed(), { cache, fetch: answer, isOurs: ({ headers }) => !headers.has('x-portal') })
const textOf = async (path: string) => cached.get(path)?.text()

test('what is in a pack comes with it, as the file it is, and with what the server says of each file', async () => {
  await fill()
  const packs = [...new Set(entries.flatMap(({ pack }) => pack ?? []))]
  expect(asked).toEqual([packOf('assets/campus-00000001.js')])
  expect(packs).toHaveLength(3)
  expect(await textOf('/assets/campus-00000001.js')).toBe('é'.repeat(40))
  expect(await textOf('/assets/ahead-00000001.css')).toBe('a{}')
  const { headers } = cached.get('/assets/ahead-00000001.css') ?? {}
  expect([headers?.get('content-type'), headers?.get('content-security-policy')]).toEqual([
    'text/css; charset=utf-8',
    "default-src 'self'",
  ])
  expect([headers?.get('etag'), headers?.get('content-encoding')]).toEqual([null, null])
})

test('what both pages begin with, and what has no hash in its name, is in no pack', () => {
  expect(['assets/first-00000001.js', 'index.html'].map(packOf)).toEqual([undefined, undefined])
})

test('what the page asked for is taken from the browser, and a pack of which most is there is not asked for', async () => {
  kept.add('/assets/campus-00000001.js')
  await fill()
  expect(asked).toEqual([])
  expect([...cached.keys()]).toEqual(['/assets/campus-00000001.js'])
})

test('what is in the cache is not put there again', async () => {
  cached.set('/assets/ahead-00000001.css', new Response('older'))
  cached.set('/assets/campus-00000001.js', new Response('same'))
  await fill()
  expect(asked).toEqual([])
  expect(await textOf('/assets/ahead-00000001.css')).toBe('older')
})

const bad: [name: string, response: () => Response][] = [
  ['one of a portal', () => new Response('[["/assets/ahead-00000001.css",1]]\nx', { headers: { 'x-portal': 'yes' } })],
  ['one that is missing', () => new Response('[["/assets/ahead-00000001.css",1]]\nx', { status: 404 })],
  ['a page', () => new Response('<!doctype html>\n')],
  ['one with other files', () => new Response('[["/assets/other-1.js",1],["/sw.js",1]]\nxy')],
  ['one without an end', () => new Response('[')],
]
test.each(bad)('%s in the place of a pack leaves the cache as it was, and fails nothing', async (_, response) => {
  instead.set(packOf('assets/campus-00000001.js') ?? '', response)
  await fill()
  expect([...cached.keys()]).toEqual([])
})

test('what came before a pack broke off stays', async () => {
  const pack = readFileSync(join(folder, packOf('assets/campus-00000001.js') ?? ''))
  instead.set(packOf('assets/campus-00000001.js') ?? '', () => new Response(new Uint8Array(pack.subarray(0, -1))))
  await fill()
  expect([...cached.keys()]).toEqual(['/assets/campus-00000001.js'])
})

test.each([1, 7, 1_000])('a pack that comes %d bytes at a time is read whole', async (size) => {
  const files = Object.keys(FILES).filter((url) => packOf(url) === packOf('assets/campus-00000001.js'))
  const pack = readFileSync(join(folder, packOf('assets/campus-00000001.js') ?? ''))
  const pieces = Array.from({ length: Math.ceil(pack.length / size) }, (_, at) =>
    Uint8Array.from(pack.subarray(at * size, (at + 1) * size)),
  )
  const read: string[] = []
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
  for await (const { path } of readPack(stream)) read.push(path)
  expect(read).toEqual(files.map((url) => `/${url}`))
})
