import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { uuidv7 } from 'uuidv7'
import { FILE_NAME_MAX } from '../../../shared/protocol/limits.ts'
import { PROTOCOL_HEADER } from '../../../shared/protocol/version.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { send } from '../../support/campus.ts'
import { createMemoryHome, type MemoryHome } from '../../support/memory-home.ts'
import { type Answer, type ApiServer, codeOf, createApiServer } from '../http/api-server.ts'
import { ELF, HTML, SVG } from './example-media.ts'
import { bombPng, endlessGif } from './example-photos.ts'
import {
  type ExampleFile,
  exampleFile,
  sha256Of,
  toMetadata,
  TUS,
  type UploadCalls,
  uploadCalls,
} from './upload-calls.ts'

// Whatever somebody sends: a code and a sentence, nothing half kept, and nothing lost that was there.

const FILE_BYTES_MAX = 1_000_000

let backend: Backend
let home: MemoryHome
let server: ApiServer
let ann: Awaited<ReturnType<ApiServer['join']>> & UploadCalls
beforeAll(async () => {
  backend = await createBackend()
  home = createMemoryHome()
  server = await createApiServer(backend.store, { files: { home, limits: { fileBytesMax: FILE_BYTES_MAX } } })
  const joined = await server.join('ann')
  ann = { ...joined, ...uploadCalls(server, joined.cookie) }
})
afterAll(async () => {
  expect(server.errors).toEqual([])
  await server.close()
  await backend.dispose()
})

async function keptOf(): Promise<unknown[]> {
  const rows = await backend.store.db.selectFrom('file').selectAll().orderBy('id').execute()
  return [rows, home.list().sort()]
}

/** A refusal in our own words, after which there is what there was before. */
async function expectRefused(work: () => Promise<Answer>, status: number, code: string): Promise<Answer> {
  const before = await keptOf()
  const answer = await work()
  expect([answer.status, codeOf(answer)]).toEqual([status, code])
  expect(answer.headers[PROTOCOL_HEADER]).toBeDefined()
  expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  expect(await keptOf()).toEqual(before)
  return answer
}

const file = exampleFile(randomBytes(100))
const announcements: [what: string, headers: Record<string, string>, status: number, code: string][] = [
  ['nothing', { 'upload-length': '0' }, 422, 'file_empty'],
  ['too much', { 'upload-length': String(FILE_BYTES_MAX + 1) }, 413, 'file_too_large'],
  ['more than there is in the world', { 'upload-length': '9007199254740993' }, 400, 'bad_request'],
  ['less than nothing', { 'upload-length': '-1' }, 400, 'bad_request'],
  ['a part of a byte', { 'upload-length': '1.5' }, 400, 'bad_request'],
  ['a word for a length', { 'upload-length': 'much' }, 400, 'bad_request'],
  ['a length that comes later', { 'upload-length': '', 'upload-defer-length': '1' }, 400, 'bad_request'],
  ['no metadata', { 'upload-metadata': '' }, 400, 'bad_request'],
  ['metadata that is none', { 'upload-metadata': 'id =,,' }, 400, 'bad_request'],
  [
    'a key without a value',
    { 'upload-metadata': `id,${toMetadata(file)}`.replace(/id [^,]+,/, '') },
    400,
    'bad_request',
  ],
  ['no id', { 'upload-metadata': toMetadata(file, { id: '' }) }, 400, 'bad_request'],
  ['a path for an id', { 'upload-metadata': toMetadata(file, { id: '../../etc/passwd' }) }, 400, 'bad_request'],
  ['an id in capitals', { 'upload-metadata': toMetadata(file, { id: uuidv7().toUpperCase() }) }, 400, 'bad_request'],
  ['a hash that is none', { 'upload-metadata': toMetadata(file, { sha256: 'abc' }) }, 400, 'bad_request'],
  ['a kind that is none', { 'upload-metadata': toMetadata(file, { as: 'program' }) }, 400, 'bad_request'],
  ['an hour that never ends', { 'upload-metadata': toMetadata(file, { durationMs: '999999999' }) }, 400, 'bad_request'],
  ['parts that are put together', { 'upload-concat': 'final;/api/uploads/a /api/uploads/b' }, 400, 'bad_request'],
]
test.each(announcements)('an announcement of %s', async (_, headers, status, code) => {
  await expectRefused(() => ann.create(file, headers), status, code)
})

test('an announcement by another site, or by who is not signed in', async () => {
  await expectRefused(() => ann.create(file, { origin: 'https://evil.example' }), 403, 'foreign_origin')
  await expectRefused(() => uploadCalls(server, undefined).create(file), 401, 'not_signed_in')
})

test('who does not speak tus is told so, in its words', async () => {
  const answer = await ann.create(file, { 'tus-resumable': '0.2.2' })
  expect([answer.status, codeOf(answer)]).toEqual([400, 'bad_request'])
  const silent = await server.call('POST', '/api/uploads', { cookie: ann.cookie, headers: { 'content-type': '' } })
  expect(silent.status).toBe(412)
})

test('what comes along with an announcement is not taken for a piece', async () => {
  const sent = exampleFile(randomBytes(100))
  const answer = await server.call('POST', '/api/uploads', {
    cookie: ann.cookie,
    raw: sent.bytes,
    headers: {
      ...{ ...TUS, 'upload-length': '100', 'upload-metadata': toMetadata(sent) },
      'content-type': 'application/offset+octet-stream',
    },
  })
  expect([answer.status, answer.headers['upload-offset']]).toEqual([201, '0'])
  expect(await home.countUploaded(sent.id)).toBe(0)
})

test('announced twice it is one file; with other facts it is refused', async () => {
  const sent = exampleFile(randomBytes(100))
  await ann.create(sent)
  await ann.patch(sent.id, 0, sent.bytes.subarray(0, 30))
  const again = await ann.create(sent)
  expect([again.status, again.headers.location]).toEqual([201, `/api/uploads/${sent.id}`])
  expect(again.headers['upload-offset']).toBe('30')
  const changes: Partial<ExampleFile>[] = [
    { name: 'other.txt' },
    { as: 'voice' },
    { bytes: randomBytes(100) },
    { bytes: sent.bytes.subarray(1) },
    { durationMs: 5 },
  ]
  for (const change of changes) await expectRefused(() => ann.create({ ...sent, ...change }), 409, 'id_taken')
  await ann.patch(sent.id, 30, sent.bytes.subarray(30))
  await ann.finish(sent.id)
  expect((await ann.create(sent)).headers['upload-offset']).toBe('100')
})

test('pieces out of order, twice, and past the end', async () => {
  const sent = exampleFile(randomBytes(100))
  await ann.create(sent)
  const head = async () => (await ann.head(sent.id)).headers['upload-offset']
  expect((await ann.patch(sent.id, 50, sent.bytes.subarray(50))).status).toBe(409)
  expect(await head()).toBe('0')
  await ann.patch(sent.id, 0, sent.bytes.subarray(0, 40))
  expect((await ann.patch(sent.id, 0, sent.bytes.subarray(0, 40))).status).toBe(409)
  expect(await head()).toBe('40')
  await expectRefused(() => ann.patch(sent.id, 40, randomBytes(61)), 413, 'too_large')
  // Without a length it is known only when it is there.
  const chunked = { headers: { 'transfer-encoding': 'chunked' } }
  const tooMuch = await ann.patch(sent.id, 40, randomBytes(200_000), chunked)
  expect([tooMuch.status, codeOf(tooMuch)]).toEqual([413, 'too_large'])
  expect(Number(await head())).toBeLessThanOrEqual(100)
})

const pieces: [what: string, headers: Record<string, string>][] = [
  ['without an offset', { 'upload-offset': '' }],
  ['with an offset below the first byte', { 'upload-offset': '-1' }],
  ['with a word for an offset', { 'upload-offset': 'end' }],
  ['of another type', { 'content-type': 'application/octet-stream' }],
  ['that gives a length anew', { 'upload-length': '5' }],
]
test.each(pieces)('a piece %s', async (_, headers) => {
  const sent = exampleFile(randomBytes(100))
  await ann.create(sent)
  await expectRefused(() => ann.patch(sent.id, 0, sent.bytes, { headers }), 400, 'bad_request')
})

test('a piece of what is not there, under whatever name', async () => {
  for (const id of [uuidv7(), 'uploads', '..%2f..%2fchatbox.sqlite', '%00', '%E0%A4%A', 'finish', '__proto__']) {
    await expectRefused(() => ann.patch(id, 0, randomBytes(9)), 404, 'not_found')
    await expectRefused(() => ann.finish(id), 404, 'not_found')
    await expectRefused(() => ann.remove(id), 404, 'not_found')
    expect((await ann.head(id)).status).toBe(404)
  }
})

test('an upload cannot be read where it is written', async () => {
  const sent = exampleFile(randomBytes(100))
  await ann.upload(sent)
  await expectRefused(() => server.call('GET', `/api/uploads/${sent.id}`, { cookie: ann.cookie }), 404, 'not_found')
})

test('from two tabs at once it arrives once', async () => {
  const sent = exampleFile(randomBytes(500_000))
  await ann.create(sent)
  /** Goes on where the server says that the upload is, until it is there. */
  async function tab(): Promise<void> {
    for (;;) {
      const offset = Number((await ann.head(sent.id)).headers['upload-offset'])
      if (offset === sent.bytes.length) return
      if (Number.isNaN(offset)) continue
      await ann.patch(sent.id, offset, sent.bytes.subarray(offset, offset + 60_000)).catch(() => undefined)
    }
  }
  await Promise.all([tab(), tab()])
  const answers = await Promise.all([ann.finish(sent.id), ann.finish(sent.id), ann.finish(sent.id)])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  const contents = await backend.store.db
    .selectFrom('file_content')
    .select('id')
    .where('sha256', '=', sha256Of(sent.bytes))
    .execute()
  expect(contents).toHaveLength(1)
})

test('what does not come to its hash goes, and can be sent anew under the same id', async () => {
  const sent = exampleFile(randomBytes(100))
  const before = await keptOf()
  await ann.create(sent)
  await ann.patch(sent.id, 0, randomBytes(100))
  const answer = await ann.finish(sent.id)
  expect([answer.status, codeOf(answer)]).toEqual([422, 'file_damaged'])
  expect(await keptOf()).toEqual(before)
  expect((await ann.upload(sent)).status).toBe(200)
})

const noPhotos: [what: string, bytes: () => Promise<Buffer>, code: string][] = [
  ['a program named .jpg', async () => ELF, 'not_a_photo'],
  ['a drawing with a script', async () => SVG, 'not_a_photo'],
  ['a page', async () => HTML, 'not_a_photo'],
  ['a bomb', async () => bombPng(30_000, 30_000), 'photo_too_large'],
  ['an endless animation', async () => endlessGif(20_000), 'photo_too_large'],
]
test.each(noPhotos)(
  '%s sent as a photo is refused for good, keeps nothing, and costs nothing',
  async (_, make, code) => {
    const sent = exampleFile(await make(), { name: 'me.jpg', as: 'photo' })
    const usedBefore = (await ann.space()).body
    await ann.create(sent)
    await ann.patch(sent.id, 0, sent.bytes)
    // Whoever missed the answer hears it again, and need not send everything once more to hear it.
    for (const ask of [ann.finish, ann.finish, async () => ann.create(sent)]) {
      const answer = await ask(sent.id)
      expect([answer.status, codeOf(answer)]).toEqual([422, code])
    }
    expect(await home.countUploaded(sent.id)).toBe(0)
    expect((await ann.head(sent.id)).status).toBe(404)
    expect((await ann.space()).body).toEqual(usedBefore)
    const message = send(undefined, '', { files: [{ id: sent.id, description: '' }] })
    expect(await server.campus.codeOf(ann.userId, message)).toBe('file_missing')
    expect((await ann.upload(exampleFile(sent.bytes, { name: 'me.jpg' }))).status).toBe(200)
  },
)

const names: [name: string, cleaned: string][] = [
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\Ann\\letter.doc', 'letter.doc'],
  ['invoice\u202egpj.exe', 'invoicegpj.exe'],
  ['a\u0000b\nc.txt', 'ab c.txt'],
  ['..', 'file'],
  ['', 'file'],
  ['Übung „3“ – 练习.pdf', 'Übung „3“ – 练习.pdf'],
]
test.each(names)('a file named %j', async (name, cleaned) => {
  const { body } = await ann.upload(exampleFile(randomBytes(10), { name }))
  expect(body).toMatchObject({ file: { name: cleaned } })
})

test('a name of 10,000 letters is shortened', async () => {
  const { body } = await ann.upload(exampleFile(randomBytes(10), { name: `${'long '.repeat(1_000)}.pdf` }))
  const { name } = (body as { file: { name: string } }).file
  expect([name.length, name.endsWith('.pdf')]).toEqual([FILE_NAME_MAX, true])
})

test('what was not sent yet can be taken back, what a message carries cannot', async () => {
  const before = await keptOf()
  const begun = exampleFile(randomBytes(100))
  await ann.create(begun)
  await ann.patch(begun.id, 0, begun.bytes.subarray(0, 10))
  const finished = exampleFile(randomBytes(100))
  await ann.upload(finished)
  for (const { id } of [begun, finished]) expect((await ann.remove(id)).status).toBe(204)
  expect(await keptOf()).toEqual(before)
  const sent = exampleFile(randomBytes(100))
  await ann.upload(sent)
  await server.campus.accept(ann.userId, send(undefined, '', { files: [{ id: sent.id, description: '' }] }))
  await expectRefused(() => ann.remove(sent.id), 403, 'forbidden')
})

test('finishing is JSON, as every other call', async () => {
  const sent = exampleFile(randomBytes(10))
  await ann.create(sent)
  const headers = { 'content-type': 'text/plain' }
  const finish = () => server.call('POST', `/api/uploads/${sent.id}/finish`, { cookie: ann.cookie, raw: '{}', headers })
  await expectRefused(finish, 400, 'bad_request')
})

test('a piece that is refused before all of it was sent ends its connection, and no other', async () => {
  const sent = exampleFile(randomBytes(1_000))
  await ann.create(sent)
  const socket = connect(server.port, '127.0.0.1')
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => undefined)
  const head = ['tus-resumable: 1.0.0', 'upload-offset: 500', 'content-type: application/offset+octet-stream']
  socket.write(
    `PATCH /api/uploads/${sent.id} HTTP/1.1\r\nhost: localhost\r\ncookie: ${ann.cookie}\r\n${head.join('\r\n')}\r\ncontent-length: 500\r\n\r\n`,
  )
  const [answer] = await new Promise<Buffer[]>((resolve) => socket.once('data', (data: Buffer) => resolve([data])))
  expect(answer?.toString()).toMatch(/^HTTP\/1.1 409 /)
  const more = setInterval(() => socket.write(Buffer.alloc(10)), 20)
  await closed
  clearInterval(more)
  expect((await ann.upload(sent)).status).toBe(200)
})
