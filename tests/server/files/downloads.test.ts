import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFolderHome } from '../../../server/files/folder-home.ts'
import { createApp } from '../../../server/http/app.ts'
import { listen } from '../../../server/http/listen.ts'
import { createHttpServer } from '../../../server/http/server.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { PROTOCOL_HEADER } from '../../../shared/protocol/version.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { send } from '../../support/campus.ts'
import { waitFor } from '../../support/wait-for.ts'
import { type ApiServer, codeOf, createApiServer } from '../http/api-server.ts'
import { ELF, HTML, mp4, PDF, SVG, webm, ZIP } from './example-media.ts'
import { plainPhoto } from './example-photos.ts'
import { type ExampleFile, exampleFile, type UploadCalls, uploadCalls } from './upload-calls.ts'

const STILL_MS = 500

let backend: Backend
let folder: string
let server: ApiServer
let ann: Awaited<ReturnType<ApiServer['join']>> & UploadCalls
/** What was read for downloads, in order. */
const reads: Readable[] = []
let text: ExampleFile
beforeAll(async () => {
  backend = await createBackend()
  folder = mkdtempSync(join(tmpdir(), 'chatbox-downloads-'))
  const files = await openFolderHome(folder)
  const home: typeof files = {
    ...files,
    async read(key, range) {
      const content = await files.read(key, range)
      if (content !== undefined) reads.push(content)
      return content
    },
  }
  server = await createApiServer(backend.store, { files: { home } })
  const joined = await server.join('ann')
  ann = { ...joined, ...uploadCalls(server, joined.cookie) }
  text = await sent('abcdefghij')
})
afterAll(async () => {
  await server.close()
  await backend.dispose()
  rmSync(folder, { recursive: true })
})

async function sent(bytes: Buffer | string, changes: Parameters<typeof exampleFile>[1] = {}): Promise<ExampleFile> {
  const file = exampleFile(bytes, changes)
  const answer = await ann.upload(file)
  if (answer.status !== 200) throw new Error(answer.content.toString())
  await server.campus.accept(ann.userId, send(EVERYONE_ID, '', { files: [{ id: file.id, description: '' }] }))
  return file
}

test('whatever a file is, it runs nowhere, is taken for nothing else, and is kept for good by its reader alone', async () => {
  const { headers, status } = await ann.get(text.id)
  expect(status).toBe(200)
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'private, max-age=31536000, immutable',
    'accept-ranges': 'bytes',
    'content-length': '10',
    vary: 'cookie, x-chatbox-account',
    etag: expect.stringMatching(/^"[0-9a-f-]+-whole"$/) as string,
    [PROTOCOL_HEADER]: expect.any(String) as string,
  })
  expect(headers['set-cookie']).toBeUndefined()
})

const SAVED = 'application/octet-stream'
const kinds: [what: string, bytes: () => Promise<Buffer>, as: ExampleFile['as'], shown: string, type: string][] = [
  ['a photo', () => plainPhoto(9, 9).jpeg().toBuffer(), 'photo', 'inline', 'image/jpeg'],
  ['a photo with what is transparent', () => plainPhoto(9, 9).png().toBuffer(), 'photo', 'inline', 'image/webp'],
  ['a voice message', async () => webm('sound'), 'voice', 'inline', 'audio/webm'],
  ['a film', async () => mp4('soun', 'vide'), 'document', 'inline', 'video/mp4'],
  ['a PDF', async () => PDF, 'document', 'inline', 'application/pdf'],
  ['a page', async () => HTML, 'document', 'inline', 'text/plain; charset=utf-8'],
  ['a drawing with a script', async () => SVG, 'document', 'attachment', SAVED],
  ['a program', async () => ELF, 'document', 'attachment', SAVED],
  ['an archive', async () => ZIP, 'document', 'attachment', SAVED],
  ['a picture as it was', () => plainPhoto(9, 9).png().toBuffer(), 'document', 'attachment', SAVED],
  [
    'a photo with a page behind it',
    async () => Buffer.concat([await plainPhoto(9, 9).jpeg().toBuffer(), HTML]),
    'document',
    'attachment',
    SAVED,
  ],
]
test.each(kinds)('%s', async (_, make, as, shown, type) => {
  const { id } = await sent(await make(), { as, name: 'evil.html' })
  const { headers } = await ann.get(id)
  expect([headers['content-type'], headers['content-disposition']?.split(';')[0]]).toEqual([type, shown])
})

test('a name is told as it was written, and in ASCII for who knows no better', async () => {
  const { id } = await sent('a', { name: `Übung "3" (neu) 'x'; filename=evil.exe 练习.txt` })
  expect((await ann.get(id)).headers['content-disposition']).toBe(
    `inline; filename="_bung _3_ (neu) 'x'; filename=evil.exe __.txt"; ` +
      `filename*=UTF-8''%C3%9Cbung%20%223%22%20%28neu%29%20%27x%27%3B%20filename%3Devil.exe%20%E7%BB%83%E4%B9%A0.txt`,
  )
})

const NONE = JSON.stringify({
  error: { code: 'bad_request', message: 'There are 10 bytes, and none of them is in this range.' },
})
const ranges: [header: string, status: number, content: string, range: string | undefined][] = [
  ['bytes=0-3', 206, 'abcd', 'bytes 0-3/10'],
  ['bytes=9-9', 206, 'j', 'bytes 9-9/10'],
  ['bytes=4-', 206, 'efghij', 'bytes 4-9/10'],
  ['bytes=-3', 206, 'hij', 'bytes 7-9/10'],
  ['bytes=-99', 206, 'abcdefghij', 'bytes 0-9/10'],
  ['bytes=5-99', 206, 'fghij', 'bytes 5-9/10'],
  ['bytes=0-', 206, 'abcdefghij', 'bytes 0-9/10'],
  ['bytes=10-', 416, NONE, 'bytes */10'],
  ['bytes=10-20', 416, NONE, 'bytes */10'],
  ['bytes=-0', 416, NONE, 'bytes */10'],
  // What is none, or more than we serve, is not looked at (RFC 9110, 14.2).
  ['bytes=3-1', 200, 'abcdefghij', undefined],
  ['bytes=0-1,4-5', 200, 'abcdefghij', undefined],
  ['bytes=-', 200, 'abcdefghij', undefined],
  ['bytes=a-b', 200, 'abcdefghij', undefined],
  ['lines=0-1', 200, 'abcdefghij', undefined],
  ['bytes=0-99999999999999999999', 200, 'abcdefghij', undefined],
]
test.each(ranges)('%s', async (range, status, content, contentRange) => {
  const answer = await ann.get(text.id, 'whole', { range })
  expect([answer.status, answer.content.toString(), answer.headers['content-range']]).toEqual([
    status,
    content,
    contentRange,
  ])
  if (status !== 416) expect(answer.headers['content-length']).toBe(String(content.length))
  else expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' })
})

test('the rest of what somebody has is theirs only while it is the same', async () => {
  const range = 'bytes=4-'
  const { etag = '' } = (await ann.get(text.id)).headers
  const rest = async (condition: string) => (await ann.get(text.id, 'whole', { range, 'if-range': condition })).status
  expect(await rest(etag)).toBe(206)
  for (const other of ['"another"', `W/${etag}`, 'Mon, 01 Jan 2024 00:00:00 GMT']) expect(await rest(other)).toBe(200)
})

test('who has it already is told so, and nothing is read for it', async () => {
  const { etag = '' } = (await ann.get(text.id)).headers
  const before = reads.length
  for (const tags of [etag, `"other", ${etag}`, `W/${etag}`, '*']) {
    const answer = await ann.get(text.id, 'whole', { 'if-none-match': tags })
    expect([answer.status, answer.content.length, answer.headers.etag]).toEqual([304, 0, etag])
  }
  expect((await server.call('HEAD', `/api/files/${text.id}/whole`, { cookie: ann.cookie })).headers).toMatchObject({
    ...{ 'content-length': '10', etag },
  })
  expect(reads).toHaveLength(before)
  expect((await ann.get(text.id, 'whole', { 'if-none-match': '"other"' })).status).toBe(200)
})

test('what is served in parts is not compressed', async () => {
  const { id } = await sent('a'.repeat(10_000))
  const answer = await ann.get(id, 'whole', { 'accept-encoding': 'gzip' })
  expect([answer.headers['content-encoding'], answer.content.length]).toEqual([undefined, 10_000])
})

test('bytes that are not there are not found, and the operator hears of it', async () => {
  const { id } = await sent('lost')
  const file = await server.parts.files.find(ann.userId, id, 'whole')
  await server.home.removeContent(file?.contentId ?? '')
  const answer = await ann.get(id)
  expect([answer.status, codeOf(answer), answer.headers['cache-control']]).toEqual([404, 'not_found', 'no-store'])
  expect(server.errors.splice(0)).toMatchObject([
    { message: expect.stringContaining('bytes of a file are missing') as string },
  ])
})

test('a large file is passed on as it is taken, and let go when its reader leaves or stands still', async () => {
  const { id } = await sent(randomBytes(40_000_000))
  const http = createHttpServer(createApp(server.parts), { stillMs: STILL_MS })
  const listening = await listen(http, { port: 0, host: '127.0.0.1' }, () => undefined)
  for (const leaves of [true, false]) {
    const before = process.memoryUsage().arrayBuffers
    const socket = connect(listening.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(`GET /api/files/${id}/whole HTTP/1.1\r\nhost: localhost\r\ncookie: ${ann.cookie}\r\n\r\n`)
    await new Promise((resolve) => socket.once('readable', resolve))
    expect(socket.read()).toBeInstanceOf(Buffer)
    const content = reads.at(-1)
    if (leaves) socket.destroy()
    await waitFor('the end of the reading', () => content?.destroyed)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(15_000_000)
    socket.destroy()
  }
  await listening.close()
  expect(server.errors).toEqual([])
})

test('a reader that is slow, but moves, gets all of it', async () => {
  // A busy machine may itself stand still for a moment.
  const stillMs = 3_000
  const { id, bytes } = await sent(randomBytes(12_000_000))
  const http = createHttpServer(createApp(server.parts), { stillMs })
  const listening = await listen(http, { port: 0, host: '127.0.0.1' }, () => undefined)
  const socket = connect(listening.port, '127.0.0.1')
  socket.write(
    `GET /api/files/${id}/whole HTTP/1.1\r\nhost: localhost\r\ncookie: ${ann.cookie}\r\nconnection: close\r\n\r\n`,
  )
  let got = 0
  const end = new Promise<void>((resolve) => socket.once('end', resolve))
  const begun = Date.now()
  socket.on('data', (data: Buffer) => {
    got += data.length
    // Each piece is taken a moment later, until more time has passed than a connection may stand still.
    if (Date.now() - begun > 1.5 * stillMs) return
    socket.pause()
    setImmediate(() => setTimeout(() => socket.resume(), stillMs / 60))
  })
  await end
  expect(got).toBeGreaterThan(bytes.length)
  expect(Date.now() - begun).toBeGreaterThan(1.5 * stillMs)
  await listening.close()
})
