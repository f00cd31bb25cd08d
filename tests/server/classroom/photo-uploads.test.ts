import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CLASSROOM_HEADER } from '../../../shared/classroom/version.ts'
import { PHOTO_PIECE_BYTES_MAX, PHOTO_UPLOAD_BYTES_MAX, TIME_STEP_MS } from '../../../shared/classroom/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { createMemoryHome, type MemoryHome } from '../../support/memory-home.ts'
import { waitFor } from '../../support/wait-for.ts'
import { ELF, HTML, SVG } from '../files/example-media.ts'
import { bombPng, endlessGif, photoWithPlace, plainPhoto } from '../files/example-photos.ts'
import { type Answer, type ApiServer, codeOf, createApiServer } from '../http/api-server.ts'
import { ask, makeClassroom, say, sayAsStaff } from '../http/classroom-calls.ts'
import { examplePhoto, type PhotoCalls, photoCalls } from '../http/photo-calls.ts'

// A photo on its way to its question, over whatever network, and whatever somebody sends in its place.

let backend: Backend
let home: MemoryHome
let server: ApiServer
let teacher: Awaited<ReturnType<ApiServer['join']>>
let room: { id: string } & PhotoCalls
let now = Date.now()
beforeAll(async () => {
  backend = await createBackend()
  home = createMemoryHome()
  // The rate of a link is looked at elsewhere.
  server = await createApiServer(backend.store, { files: { home }, limitsNow: () => (now += 60_000) })
  teacher = await server.join('teacher')
  room = await openRoom()
})
afterAll(async () => {
  expect(server.errors).toEqual([])
  await server.close()
  await backend.dispose()
})

async function openRoom(changes: Parameters<typeof makeClassroom>[2] = {}) {
  const { id } = await makeClassroom(server, teacher.cookie, { photos: 'shown', ...changes })
  return { id, ...photoCalls(server, id) }
}

const listUploads = () => backend.store.db.selectFrom('photo_upload').selectAll().orderBy('id').execute()
const listPieces = () => backend.store.db.selectFrom('photo_piece').select(['upload_id', 'start']).execute()
const listContents = () =>
  backend.store.db.selectFrom('photo_content').select(['photo_id', 'variant', 'bytes']).orderBy('photo_id').execute()
const offsetOf = async (id: string) => Number((await room.head(id)).headers['upload-offset'])

test('a photo comes in pieces, is drawn anew, and is seen with its question; of its upload nothing is left', async () => {
  const bytes = await photoWithPlace()
  const id = randomUUID()
  const announced = await room.announce(id, bytes.length)
  expect([announced.status, announced.headers.location]).toEqual([201, `/q/api/${room.id}/uploads/${id}`])
  expect(announced.headers).toMatchObject({ 'tus-resumable': '1.0.0', 'upload-offset': '0' })
  const half = Math.floor(bytes.length / 2)
  expect((await room.patch(id, 0, bytes.subarray(0, half))).headers['upload-offset']).toBe(String(half))
  const asked = await room.head(id)
  expect(asked.headers).toMatchObject({ 'upload-offset': String(half), 'upload-length': String(bytes.length) })
  expect(codeOf(await room.finish(id))).toBe('photo_missing')
  expect((await room.patch(id, half, bytes.subarray(half))).status).toBe(204)
  expect((await room.finish(id)).status).toBe(204)
  const question = await room.ask(id)
  const seen = await room.see(question.id)
  expect([seen.status, seen.headers['content-type']]).toEqual([200, 'image/jpeg'])
  const { width, height, exif, xmp, icc } = await sharp(seen.content).metadata()
  expect({ exif, xmp, icc }).toEqual({})
  // Upright, though its camera lay on its side, and cut at its edges by a pixel or two.
  expect([Math.round(width / 10), Math.round(height / 10)]).toEqual([12, 24])
  expect(seen.content.toString('latin1')).not.toMatch(/Camera of Ann|Ann at home|GPS|Exif/)
  const small = await room.see(question.id, 'small')
  expect([small.headers['content-type'], (await sharp(small.content).metadata()).height]).toEqual([
    'image/webp',
    height,
  ])
  expect((await listUploads()).filter((row) => row.id === id)).toEqual([])
  expect((await listPieces()).filter((row) => row.upload_id === id)).toEqual([])
  expect((await room.head(id)).status).toBe(404)
  const [row] = await backend.store.db.selectFrom('question').selectAll().where('id', '=', question.id).execute()
  expect(JSON.stringify([row, await listContents()])).not.toContain(id)
})

test('a photo is at most 1,600 pixels a side, and one that sees through stays so', async () => {
  const clear = { width: 3_000, height: 900, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0.5 } } as const
  const large = await room.ask(await room.upload(await plainPhoto(2_000, 4_000).jpeg().toBuffer()))
  const through = await room.ask(await room.upload(await sharp({ create: clear }).png().toBuffer()))
  const look = async (id: string) => sharp((await room.see(id)).content).metadata()
  expect(await look(large.id)).toMatchObject({ height: 1_600, format: 'jpeg' })
  expect(await look(through.id)).toMatchObject({ width: 1_600, format: 'webp', hasAlpha: true })
  expect((await sharp((await room.see(large.id, 'small')).content).metadata()).height).toBe(640)
})

test('of a picture that moves the first frame is taken', async () => {
  const asked = await room.ask(await room.upload(endlessGif(20, 4, 4)))
  expect(await sharp((await room.see(asked.id)).content).metadata()).toMatchObject({ width: 4, height: 4 })
})

test('pieces sent twice, out of order or from two tabs at once come to one photo, whole', async () => {
  const bytes = await examplePhoto()
  const id = randomUUID()
  const third = Math.floor(bytes.length / 3)
  await room.announce(id, bytes.length)
  const [first, second, rest] = [bytes.subarray(0, third), bytes.subarray(third, 2 * third), bytes.subarray(2 * third)]
  expect(codeOf(await room.patch(id, third, second))).toBe('wrong_offset')
  const both = await Promise.all([room.patch(id, 0, first), room.patch(id, 0, first)])
  expect(both.map(({ status }) => status).sort()).toEqual([204, 409])
  expect(codeOf(await room.patch(id, 0, first))).toBe('wrong_offset')
  expect(await offsetOf(id)).toBe(third)
  await room.patch(id, third, second)
  await room.patch(id, 2 * third, rest)
  const finished = await Promise.all([room.finish(id), room.finish(id)])
  expect(finished.map(({ status }) => status)).toEqual([204, 204])
  const contents = await listContents()
  const question = await room.ask(id)
  expect((await listContents()).length).toBe(contents.length)
  // Noise from edge to edge: where pieces were missing it would be of one colour.
  const spread = async (picture: Buffer) => (await sharp(picture).stats()).channels[0]?.stdev ?? 0
  const lower = await sharp((await room.see(question.id)).content)
    .extract({ left: 0, top: 400, width: 700, height: 150 })
    .toBuffer()
  expect((await spread(lower)) / (await spread(bytes))).toBeGreaterThan(0.8)
})

test('announced twice it is one, and a finished one is finished', async () => {
  const bytes = await examplePhoto()
  const id = randomUUID()
  expect((await room.announce(id, bytes.length)).status).toBe(201)
  await room.patch(id, 0, bytes.subarray(0, 100))
  expect((await room.announce(id, bytes.length)).headers['upload-offset']).toBe('100')
  expect(codeOf(await room.announce(id, bytes.length + 1))).toBe('id_taken')
  await room.patch(id, 100, bytes.subarray(100))
  for (let times = 0; times < 2; times += 1) expect((await room.finish(id)).status).toBe(204)
  expect(codeOf(await room.patch(id, bytes.length, Buffer.from('more')))).toBe('too_large')
})

test('what arrived of a piece that broke off stays, and the photo goes on from there', async () => {
  const bytes = await examplePhoto({ width: 1_600, height: 1_200 })
  const id = randomUUID()
  await room.announce(id, bytes.length)
  const socket = connect(server.port, '127.0.0.1')
  socket.on('error', () => undefined)
  const head = [
    `PATCH /q/api/${room.id}/uploads/${id} HTTP/1.1`,
    ...['host: localhost', 'tus-resumable: 1.0.0', 'content-type: application/offset+octet-stream'],
    ...['upload-offset: 0', `content-length: ${bytes.length}`],
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  socket.write(bytes.subarray(0, 300_000))
  await new Promise<void>((resolve) => socket.write('', () => resolve()))
  // Enough for one slice to be written, whatever was on its way beyond it.
  await waitFor('the first slice', async () => (await offsetOf(id)) > 0 || undefined)
  socket.destroy()
  const arrived = await waitFor('the rest', async () => ((await offsetOf(id)) === 300_000 ? 300_000 : undefined))
  expect((await room.patch(id, arrived, bytes.subarray(arrived))).status).toBe(204)
  expect((await room.finish(id)).status).toBe(204)
})

const pictures: [string, () => Promise<Buffer> | Buffer, string][] = [
  ['SVG', () => Buffer.from(SVG), 'not_a_photo'],
  ['a page', () => Buffer.from(HTML), 'not_a_photo'],
  ['a program', () => Buffer.from(ELF), 'not_a_photo'],
  ['text', () => Buffer.from('What is this step?'), 'not_a_photo'],
  ['one byte', () => Buffer.from([0xff]), 'not_a_photo'],
  ['half of a photo', async () => (await examplePhoto()).subarray(0, 20_000), 'not_a_photo'],
  ['a decompression bomb', () => bombPng(60_000, 60_000), 'photo_too_large'],
  ['a hundred megapixels', () => bombPng(10_000, 10_000), 'photo_too_large'],
]
test.each(pictures)('of %s nothing is kept but the word that it is no photo', async (_, make, code) => {
  const bytes = await make()
  const id = randomUUID()
  const before = await listContents()
  await room.announce(id, bytes.length)
  await room.patch(id, 0, bytes)
  const answer = await room.finish(id)
  expect([answer.status, codeOf(answer)]).toEqual([422, code])
  // Also for whoever missed that, on every way.
  for (const again of [await room.finish(id), await room.announce(id, bytes.length)]) expect(codeOf(again)).toBe(code)
  expect(await listContents()).toEqual(before)
  expect((await listPieces()).filter((row) => row.upload_id === id)).toEqual([])
  const question = { ...ask(), photo: { id, description: '' } }
  expect(codeOf(await say(server, room.id, question))).toBe('photo_missing')
})

const NONE = '018f0000-0000-4000-8000-000000000000'
const refused: [string, (id: string) => Promise<Answer>, number, string][] = [
  ['nothing', (id) => room.announce(id, 0), 422, 'not_a_photo'],
  ['more than a photo may be', (id) => room.announce(id, PHOTO_UPLOAD_BYTES_MAX + 1), 413, 'too_large'],
  [
    'an id that tells when it was made',
    () => room.announce('018f0000-0000-7000-8000-00000000000a', 9),
    400,
    'bad_request',
  ],
  ['no id', () => room.announce('', 9), 400, 'bad_request'],
  ['no length', (id) => room.announce(id, 9, { headers: { 'upload-length': 'some' } }), 400, 'bad_request'],
  ['no tus', (id) => room.announce(id, 9, { headers: { 'tus-resumable': '0.1' } }), 400, 'bad_request'],
  [
    'metadata that are none',
    (id) => room.announce(id, 9, { headers: { 'upload-metadata': '?=,,' } }),
    400,
    'bad_request',
  ],
  ['a token that is no JSON', (id) => announceWith(id, { token: '{' }), 400, 'bad_request'],
  [
    'from another site',
    (id) => room.announce(id, 9, { headers: { origin: 'https://evil.example' } }),
    403,
    'foreign_origin',
  ],
  ['in no classroom', () => photoCalls(server, 'aaaaaaaaaaaa').announce(NONE, 9), 404, 'not_found'],
  ['a piece of what nobody announced', (id) => room.patch(id, 0, Buffer.from('x')), 404, 'not_found'],
  ['an end of what nobody announced', (id) => room.finish(id), 404, 'not_found'],
  ['an end to what nobody announced', (id) => room.cancel(id), 404, 'not_found'],
  ['a path', () => room.patch('..%2f..%2fetc', 0, Buffer.from('x')), 404, 'not_found'],
]
test.each(refused)('%s is refused with a code and a sentence, and nothing is kept', async (_, call, status, code) => {
  const before = [await listUploads(), await listPieces(), await listContents()]
  const answer = await call(randomUUID())
  expect([answer.status, codeOf(answer)]).toEqual([status, code])
  expect(answer.body).toMatchObject({ error: { message: expect.stringMatching(/^[A-Z].*[.!]$/) as string } })
  expect([answer.headers[CLASSROOM_HEADER], answer.headers['set-cookie']]).toEqual(['3', undefined])
  expect([await listUploads(), await listPieces(), await listContents()]).toEqual(before)
})

function announceWith(id: string, values: Record<string, string>): Promise<Answer> {
  const all = Object.entries({ id, ...values }).map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
  return room.announce(id, 9, { headers: { 'upload-metadata': all.join() } })
}

const pieces: [string, (id: string) => Promise<Answer>, number, string][] = [
  ['more than was announced', (id) => room.patch(id, 0, Buffer.alloc(101)), 413, 'too_large'],
  [
    'more than was announced, of a length that is not told',
    (id) => room.patch(id, 0, Buffer.alloc(101), { headers: { 'transfer-encoding': 'chunked' } }),
    413,
    'too_large',
  ],
  ['more than a piece may be', (id) => room.patch(id, 0, Buffer.alloc(PHOTO_PIECE_BYTES_MAX + 1)), 413, 'too_large'],
  [
    'JSON',
    (id) => room.patch(id, 0, Buffer.alloc(1), { headers: { 'content-type': 'application/json' } }),
    400,
    'bad_request',
  ],
  ['a place before the first', (id) => room.patch(id, -1, Buffer.alloc(1)), 400, 'bad_request'],
  ['a place behind the last', (id) => room.patch(id, 7, Buffer.alloc(1)), 409, 'wrong_offset'],
]
test.each(pieces)('a piece that is %s is refused, and the upload stays as it was', async (_, send, status, code) => {
  const id = randomUUID()
  await room.announce(id, 100)
  const answer = await send(id)
  expect([answer.status, codeOf(answer)]).toEqual([status, code])
  expect(await offsetOf(id)).toBe(0)
  expect((await room.patch(id, 0, Buffer.alloc(100))).status).toBe(204)
})

test('the id of an upload is of one classroom, and in another one it is none', async () => {
  const other = await openRoom()
  const bytes = await examplePhoto()
  const id = await room.upload(bytes)
  expect((await other.head(id)).status).toBe(404)
  expect(codeOf(await other.patch(id, 0, bytes))).toBe('not_found')
  expect(codeOf(await other.finish(id))).toBe('not_found')
  expect(codeOf(await other.cancel(id))).toBe('not_found')
  expect(codeOf(await other.announce(id, bytes.length))).toBe('id_taken')
  expect(codeOf(await say(server, other.id, { ...ask(), photo: { id, description: '' } }))).toBe('photo_missing')
  await room.ask(id)
})

test('given up, nothing of it is left, finished or not', async () => {
  const bytes = await examplePhoto()
  const [begun, before] = [randomUUID(), await listContents()]
  await room.announce(begun, bytes.length)
  await room.patch(begun, 0, bytes.subarray(0, 100))
  const finished = await room.upload(bytes)
  for (const id of [begun, finished]) expect((await room.cancel(id)).status).toBe(204)
  expect((await listUploads()).filter(({ id }) => id === begun || id === finished)).toEqual([])
  expect((await listPieces()).filter(({ upload_id }) => upload_id === begun)).toEqual([])
  expect(await listContents()).toEqual(before)
  // What a question took is an upload no more, and cannot be given up in its place.
  const taken = await room.upload(bytes)
  const question = await room.ask(taken)
  expect(codeOf(await room.cancel(taken))).toBe('not_found')
  expect((await room.see(question.id)).status).toBe(200)
})

test('where no questions are taken, or no photos, none is announced', async () => {
  const [closed, off] = [await openRoom({ mode: 'closed' }), await openRoom({ photos: 'off' })]
  expect(codeOf(await closed.announce(randomUUID(), 9))).toBe('closed')
  expect(codeOf(await off.announce(randomUUID(), 9))).toBe('photos_off')
})

test('a photo that finds no room is refused with a sentence, in the classroom or on the disk', async () => {
  const small = await openRoom()
  await backend.store.db
    .insertInto('photo_upload')
    .values({
      ...{ id: randomUUID(), classroom_id: small.id, bytes: 199_999_900, received: 0, touched_at: now },
      ...{ token_hash: null, photo: null, verdict: null },
    })
    .execute()
  expect((await small.announce(randomUUID(), 100)).status).toBe(201)
  const full = await small.announce(randomUUID(), 1)
  expect([full.status, codeOf(full)]).toEqual([422, 'full'])
  const { countFree } = home
  home.countFree = async () => 1_000
  const answer = await room.announce(randomUUID(), 1_001)
  home.countFree = countFree
  expect([answer.status, codeOf(answer)]).toEqual([507, 'storage_full'])
  expect(codeOf(await say(server, room.id, ask()))).toBeUndefined()
})

test('nothing of who sends a photo is looked at or kept, and times are of five minutes', async () => {
  const bytes = await examplePhoto()
  const id = randomUUID()
  const headers = { cookie: teacher.cookie, 'user-agent': 'Telltale/7', 'x-forwarded-for': '10.7.7.7' }
  await room.announce(id, bytes.length, { headers })
  await room.patch(id, 0, bytes, { headers })
  const finished = await server.call('POST', `/q/api/${room.id}/uploads/${id}/finish`, { body: {}, headers })
  expect([finished.status, finished.headers['set-cookie']]).toEqual([204, undefined])
  const upload = (await listUploads()).find((row) => row.id === id)
  expect(Number(upload?.touched_at) % TIME_STEP_MS).toBe(0)
  const told = JSON.stringify([upload, await listContents()])
  for (const telltale of [teacher.userId, teacher.sessionId, 'Telltale', '10.7.7.7', 'SpyCam']) {
    expect(told).not.toContain(telltale)
  }
})

test('a classroom that is deleted takes its photos along, on their way or there', async () => {
  const gone = await openRoom()
  const bytes = await examplePhoto()
  await gone.ask(await gone.upload(bytes))
  const waiting = await gone.upload(bytes)
  const begun = randomUUID()
  await gone.announce(begun, bytes.length)
  await gone.patch(begun, 0, bytes.subarray(0, 10))
  await server.call('DELETE', `/api/classrooms/${gone.id}`, { cookie: teacher.cookie })
  for (const table of ['photo_upload', 'photo_piece', 'photo_content'] as const) {
    const left = await backend.store.db
      .selectFrom(table)
      .select('classroom_id')
      .where('classroom_id', '=', gone.id)
      .execute()
    expect(left, table).toEqual([])
  }
  for (const id of [waiting, begun]) expect((await gone.head(id)).status).toBe(404)
  expect(codeOf(await gone.announce(randomUUID(), 9))).toBe('not_found')
})

test('what staff remove from a question is gone for everybody', async () => {
  const question = await room.ask(await room.upload(await examplePhoto()))
  const removed = { type: 'photo.remove', id: randomUUID(), questionId: question.id } as const
  await sayAsStaff(server, room.id, teacher.cookie, removed)
  for (const answer of [await room.see(question.id), await room.seeAsStaff(question.id, teacher.cookie)]) {
    expect([answer.status, codeOf(answer)]).toEqual([404, 'not_found'])
  }
})
