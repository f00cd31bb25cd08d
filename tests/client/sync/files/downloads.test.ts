import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ClientDatabase } from '../../../../client/sync/database.ts'
import { createDownloads, type DownloadOptions, type Downloads } from '../../../../client/sync/files/downloads.ts'
import { createFilesApi } from '../../../../client/sync/files/files-api.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'
import { waitFor } from '../../../support/wait-for.ts'
import { ann } from '../../data/example.ts'
import { refuse, toResponse } from './upload-server.ts'

/* A server's contents, asked for range by range, and a device that stores them. */

const KB = 1024
let databases = 0
let name: string
let db: ClientDatabase
let clock: ReturnType<typeof createFakeClock>
let contents: Map<string, Uint8Array>
let asked: string[]
let errors: unknown[]
/** Answers instead of the server, as long as it gives something. */
let instead: (path: string, asked: string) => Promise<Response> | undefined
let open: Downloads[]

beforeEach(() => {
  name = `downloads-${databases++}`
  db = new ClientDatabase(name)
  clock = createFakeClock()
  contents = new Map()
  asked = []
  errors = []
  instead = () => undefined
  open = []
})
afterEach(async () => {
  for (const downloads of open) downloads.stop()
  expect(errors).toEqual([])
  await db.delete()
})

async function fetch(path: string, { headers }: RequestInit): Promise<Response> {
  const range = new Headers(headers).get('range') ?? ''
  asked.push(`${path.replace('/api/files/', '')} ${range.replace('bytes=', '')}`)
  const other = instead(path, asked.at(-1) ?? '')
  if (other !== undefined) return other
  const [, from, to] = /bytes=(\d+)-(\d+)/.exec(range) ?? []
  const content = contents.get(path.replace('/api/files/', ''))
  if (content === undefined) return refuse('not_found')
  if (Number(from) >= content.length) return toResponse(416)
  const part = content.slice(Number(from), Number(to) + 1)
  const response = new Response(part, { status: 206, headers: toResponse(206).headers })
  response.headers.set('content-range', `bytes ${from}-${Number(from) + part.length - 1}/${content.length}`)
  return response
}

function create(options: Partial<DownloadOptions> = {}): Downloads {
  const downloads = createDownloads({
    ...{ db, clock, api: createFilesApi(fetch, ann), makeRoom: async () => true },
    ...{ onError: (error: unknown) => void errors.push(error), ...options },
  })
  open.push(downloads)
  return downloads
}

/** Bytes of which no two kilobytes are alike. */
function bytesOf(count: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => (index * 7 + Math.floor(index / 251) * seed) & 255)
}

function serve(key: string, count: number, seed = 1): Uint8Array {
  const bytes = bytesOf(count, seed)
  contents.set(key, bytes)
  return bytes
}

/** What is stored, in a form that is quick to compare. */
const stored = async (key: string) => {
  const content = await db.contents.get(key)
  return content && toBase64(new Uint8Array(await content.blob.arrayBuffer()))
}
const toBase64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const untilStored = (key: string) => waitFor(`${key} to be stored`, () => stored(key))
const untilAsked = (text: string) => waitFor(text, () => asked.some((one) => one.startsWith(text)) || undefined)

test('a small content comes in one piece', async () => {
  const bytes = serve('a/small', 900)
  const downloads = create()
  downloads.want('a', 'small')
  expect(downloads.find('a', 'small')).toEqual({ kind: 'fetching', got: 0, total: null })
  expect(await untilStored('a/small')).toBe(toBase64(bytes))
  expect(asked).toEqual(['a/small 0-65535'])
  await waitFor('it is over', () => downloads.find('a', 'small') === undefined || undefined)
  expect(await db.pieces.count()).toBe(0)
})

test('a large content comes in pieces that grow with the network, each stored at once, and says how far it is', async () => {
  const bytes = serve('a/whole', 700 * KB)
  const downloads = create()
  const seen: number[] = []
  downloads.onChange(() => {
    const state = downloads.find('a', 'whole')
    if (state?.kind === 'fetching') seen.push(state.got)
  })
  downloads.want('a', 'whole')
  expect(await untilStored('a/whole')).toBe(toBase64(bytes))
  expect(seen).toEqual([0, 64 * KB, 320 * KB])
  expect(await db.contents.get('a/whole')).toMatchObject({ fileId: 'a', bytes: 700 * KB, usedAt: clock.now() })
  expect(await db.pieces.count()).toBe(0)
})

test('after a cut it goes on from what came, in the same tab and after a reload', async () => {
  const bytes = serve('a/whole', 500 * KB)
  let cuts = 2
  instead = (_, one) =>
    cuts > 0 && !one.includes(' 0-') && cuts-- > 0 ? Promise.reject(new TypeError('cut')) : undefined
  const before = create()
  before.want('a', 'whole')
  await waitFor('it to be tried later', () => clock.waiting() > 0 || undefined)
  clock.advance(5_000)
  await waitFor('the second cut', () => cuts === 0 || undefined)
  await waitFor('it to be tried later', () => clock.waiting() > 0 || undefined)
  before.stop()
  asked = []
  create().want('a', 'whole')
  expect(await untilStored('a/whole')).toBe(toBase64(bytes))
  expect(asked[0]).toBe(`a/whole ${64 * KB}-${128 * KB - 1}`)
})

test('once the network is back it is tried at once', async () => {
  const bytes = serve('a/whole', 100)
  let isAway = true
  instead = () => (isAway ? Promise.reject(new TypeError('away')) : undefined)
  const downloads = create()
  downloads.want('a', 'whole')
  await waitFor('it to be tried later', () => clock.waiting() > 0 || undefined)
  isAway = false
  downloads.wake()
  expect(await untilStored('a/whole')).toBe(toBase64(bytes))
  expect(clock.waiting()).toBe(0)
})

test('what was all there but for being put together, as a tab was killed, is put together', async () => {
  const bytes = serve('a/whole', 100 * KB)
  // As an app may have left it that stored the last piece apart from the whole.
  await db.pieces.bulkPut([
    { key: 'a/whole', from: 0, blob: new Blob([bytes.slice(0, 64 * KB)]) },
    { key: 'a/whole', from: 64 * KB, blob: new Blob([bytes.slice(64 * KB, 90 * KB)]) },
  ])
  create().want('a', 'whole')
  expect(await untilStored('a/whole')).toBe(toBase64(bytes))
  expect(asked).toEqual([`a/whole ${90 * KB}-${154 * KB - 1}`])
})

test('what is missing in the middle is fetched, and nothing is stored twice or in the wrong place', async () => {
  const bytes = serve('a/whole', 300 * KB)
  await db.pieces.bulkPut([
    { key: 'a/whole', from: 0, blob: new Blob([bytes.slice(0, 10 * KB)]) },
    { key: 'a/whole', from: 5 * KB, blob: new Blob([bytes.slice(5 * KB, 20 * KB)]) },
    { key: 'a/whole', from: 60 * KB, blob: new Blob([bytes.slice(60 * KB, 200 * KB)]) },
  ])
  create().want('a', 'whole')
  expect(await untilStored('a/whole')).toBe(toBase64(bytes))
  expect(asked).toEqual([`a/whole ${20 * KB}-${84 * KB - 1}`, `a/whole ${200 * KB}-${456 * KB - 1}`])
})

test('two tabs that fetch the same at once end with it as it is', async () => {
  const bytes = serve('a/whole', 3_000 * KB)
  const other = new ClientDatabase(name)
  const tabs = [create(), create({ db: other })]
  // They take their pieces in other sizes than each other.
  let turn = 0
  instead = () => {
    turn += 1
    if (turn % 3 === 0) clock.advance(turn * 1_000)
    return undefined
  }
  for (const tab of tabs) tab.want('a', 'whole')
  expect(await untilStored('a/whole')).toBe(toBase64(bytes))
  await waitFor('both to be over', () => tabs.every((tab) => tab.find('a', 'whole') === undefined) || undefined)
  expect(await stored('a/whole')).toBe(toBase64(bytes))
  expect(await db.pieces.count()).toBe(0)
  other.close()
})

test('what is called off and wanted again at once is fetched once, as it is', async () => {
  const bytes = serve('a/whole', 1_000 * KB)
  const downloads = create()
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  let calls = 0
  instead = (_, one) => {
    if (!one.startsWith(`a/whole ${64 * KB}-`) || calls++ > 0) return undefined
    return released.then(() => Promise.reject(new TypeError('too late')))
  }
  downloads.want('a', 'whole')
  await untilAsked(`a/whole ${64 * KB}-`)
  downloads.cancel('a', 'whole')
  expect(downloads.find('a', 'whole')).toBeUndefined()
  downloads.want('a', 'whole')
  downloads.want('a', 'whole')
  expect(await untilStored('a/whole')).toBe(toBase64(bytes))
  release()
  await waitFor('it is over', () => downloads.find('a', 'whole') === undefined || undefined)
  expect(clock.waiting()).toBe(0)
  expect(asked.filter((one) => one.startsWith('a/whole 0-'))).toHaveLength(1)
})

test('what is called off is fetched no further, and goes on from there when it is wanted again', async () => {
  serve('a/whole', 1_000 * KB)
  const downloads = create()
  downloads.onChange(() => {
    const state = downloads.find('a', 'whole')
    if (state?.kind === 'fetching' && state.got > 0) downloads.cancel('a', 'whole')
  })
  downloads.want('a', 'whole')
  await waitFor('the first piece', async () => (await db.pieces.count()) > 0 || undefined)
  await waitFor('it is called off', () => downloads.find('a', 'whole') === undefined || undefined)
  serve('b/whole', 10)
  downloads.want('b', 'whole')
  await untilStored('b/whole')
  expect(asked.filter((one) => one.startsWith('a/'))).toHaveLength(1)
  expect(await db.pieces.count()).toBe(1)
})

test('what is not there is said, and asked for once more when somebody wants it', async () => {
  const downloads = create()
  downloads.want('a', 'whole')
  await waitFor('it to be missing', () => downloads.find('a', 'whole')?.kind === 'missing' || undefined)
  const bytes = serve('a/whole', 10)
  downloads.want('a', 'whole')
  expect(await untilStored('a/whole')).toBe(toBase64(bytes))
})

test.each<[string, () => Response]>([
  ['a proxy that is down', () => new Response('', { status: 502 })],
  ['a sign-in page', () => new Response('<h1>Welcome</h1>')],
  ['another range than was asked for', () => new Response('xx', { status: 206, headers: toHeaders('bytes 5-6/10') })],
  ['nothing of it', () => new Response('', { status: 206, headers: toHeaders('bytes 0-0/10') })],
  ['that there is nothing from there on', () => toResponse(416)],
  ['that one is not signed in', () => refuse('not_signed_in')],
  ['that it can do nothing now', () => refuse('unavailable')],
])('%s is no word on it: it is tried later, and not in circles', async (_, answer) => {
  const bytes = serve('a/whole', 10)
  let answers = 1
  instead = () => (answers-- > 0 ? Promise.resolve(answer()) : undefined)
  create().want('a', 'whole')
  await waitFor('it to be tried later', () => clock.waiting() > 0 || undefined)
  expect([asked.length, await stored('a/whole')]).toEqual([1, undefined])
  clock.advance(5_000)
  expect(await untilStored('a/whole')).toBe(toBase64(bytes))
})

function toHeaders(range: string): Headers {
  const { headers } = toResponse(206)
  headers.set('content-range', range)
  return headers
}

test('all of it, where a part was asked for, is taken for what it is', async () => {
  const bytes = serve('a/whole', 200 * KB)
  instead = () => Promise.resolve(new Response(bytes.slice(), { status: 200, headers: toResponse(200).headers }))
  create().want('a', 'whole')
  expect(await untilStored('a/whole')).toBe(toBase64(bytes))
  expect(asked).toHaveLength(1)
})

test('three come at once, what was wanted last and what is small first, also in the middle of what is large', async () => {
  const calls: { name: string; answer: () => void }[] = []
  const piece = { blob: new Blob([new Uint8Array(100)]), total: 200 }
  const downloads = create({
    api: {
      fetchPiece: (id, variant, from) =>
        new Promise((resolve) => {
          const answer = () => resolve({ kind: 'ok', value: variant === 'small' ? { ...piece, total: 100 } : piece })
          calls.push({ name: `${id}/${variant} ${from}`, answer })
        }),
    },
  })
  const names = () => calls.map((call) => call.name)
  const answerNext = async (name: string, count: number) => {
    calls.find((call) => call.name === name)?.answer()
    await waitFor(`${count} to be asked for`, () => calls.length === count || undefined)
    return names().at(-1)
  }
  for (const id of ['a', 'b', 'c', 'd', 'e']) downloads.want(id, 'whole')
  await waitFor('three to be asked for', () => calls.length === 3 || undefined)
  expect(names().sort()).toEqual(['a/whole 0', 'b/whole 0', 'c/whole 0'])
  for (const id of ['f', 'g']) downloads.want(id, 'small')
  expect(await answerNext('a/whole 0', 4)).toBe('g/small 0')
  expect(await answerNext('g/small 0', 5)).toBe('f/small 0')
  expect(await answerNext('f/small 0', 6)).toBe('e/whole 0')
  expect(await answerNext('e/whole 0', 7)).toBe('e/whole 100')
  expect(await answerNext('e/whole 100', 8)).toBe('d/whole 0')
})

test('where the device has no room that is said, and what came of it gives way', async () => {
  serve('a/whole', 1_000 * KB)
  const downloads = create({ makeRoom: async () => false })
  downloads.want('a', 'whole')
  await waitFor('no room', () => downloads.find('a', 'whole')?.kind === 'no-room' || undefined)
  expect([await db.pieces.count(), await db.contents.count()]).toEqual([0, 0])
})

test('room is made once for a content, whatever is under way, and not once for each piece', async () => {
  serve('a/whole', 1_000 * KB)
  const rooms: [number, string[]][] = []
  const downloads = create({
    async makeRoom(bytes, underWay) {
      rooms.push([bytes, [...underWay]])
      return true
    },
  })
  downloads.want('a', 'whole')
  await untilStored('a/whole')
  expect(rooms).toEqual([[1_000 * KB, ['a/whole']]])
})

test('a store that fails in the middle ends it, and is told where it is not just full', async () => {
  serve('a/whole', 1_000 * KB)
  await db.open()
  for (const [failure, state] of [
    ['QuotaExceededError', 'no-room'],
    ['UnknownError', undefined],
  ] as const) {
    const failing = create({
      makeRoom: () => Promise.reject(new DOMException('no', failure)),
    })
    failing.want('a', 'whole')
    await waitFor('its end', () => failing.find('a', 'whole')?.kind !== 'fetching' || undefined)
    expect(failing.find('a', 'whole')?.kind).toBe(state)
  }
  expect(errors.splice(0)).toMatchObject([{ name: 'UnknownError' }])
})
