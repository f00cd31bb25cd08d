import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Backend, createBackend } from '../../support/backend.ts'
import { send } from '../../support/campus.ts'
import { type ApiServer, createApiServer } from '../http/api-server.ts'
import { exampleFile, type UploadCalls, uploadCalls } from './upload-calls.ts'

let backend: Backend
let server: ApiServer
let ann: Awaited<ReturnType<ApiServer['join']>> & UploadCalls
let bob: typeof ann
beforeAll(async () => {
  backend = await createBackend()
  server = await createApiServer(backend.store)
  const join = async (handle: string) => {
    const joined = await server.join(handle)
    return { ...joined, ...uploadCalls(server, joined.cookie) }
  }
  ann = await join('ann')
  bob = await join('bob')
})
afterAll(async () => {
  await server.close()
  await backend.dispose()
})

test('a document goes up in pieces, is looked at, sent, and read by who may see the message', async () => {
  const file = exampleFile('What we said in the seminar', { name: 'Gesagtes „heute“.txt' })
  const created = await ann.create(file)
  expect([created.status, created.headers.location]).toEqual([201, `/api/uploads/${file.id}`])
  expect(created.headers['upload-offset']).toBe('0')
  const first = await ann.patch(file.id, 0, file.bytes.subarray(0, 10))
  expect([first.status, first.headers['upload-offset']]).toEqual([204, '10'])
  const head = await ann.head(file.id)
  expect([head.status, head.headers['upload-offset'], head.headers['upload-length']]).toEqual([200, '10', '27'])
  expect((await ann.finish(file.id)).body).toMatchObject({
    error: { code: 'file_missing', message: 'Not all of this file has arrived.' },
  })
  const rest = await ann.patch(file.id, 10, file.bytes.subarray(10))
  expect([rest.status, rest.headers['upload-offset']]).toEqual([204, '27'])
  const finished = await ann.finish(file.id)
  const stored = { id: file.id, kind: 'document', name: file.name, type: 'text/plain', bytes: 27 }
  expect(finished.body).toEqual({ file: stored })
  const { userId } = bob
  const conversation = await server.campus.direct(ann.userId, userId)
  await server.campus.accept(ann.userId, send(conversation, '', { files: [{ id: file.id, description: '' }] }))
  const got = await bob.get(file.id)
  expect(got.content.toString()).toBe(file.bytes.toString())
  expect(got.headers).toMatchObject({})
  expect((await ann.space()).body).toEqual({ usedBytes: 27, accountBytesMax: 2e9, fileBytesMax: 1e8 })
  expect(server.errors).toEqual([])
})

test('a photo is drawn anew, with a small one beside it', async () => {
  const drawn = sharp({ create: { width: 1_200, height: 800, channels: 3, background: '#336699' } })
  const bytes = await drawn
    .jpeg()
    .withExif({ IFD0: { Make: 'Camera of Ann' } })
    .toBuffer()
  const file = exampleFile(bytes, { name: 'board.jpg', as: 'photo' })
  const { body } = await ann.upload(file)
  expect(body).toMatchObject({ file: { kind: 'photo', type: 'image/jpeg', width: 1_200, height: 800 } })
  const conversation = await server.campus.direct(ann.userId, bob.userId)
  await server.campus.accept(
    ann.userId,
    send(conversation, 'Look', { files: [{ id: file.id, description: 'A board' }] }),
  )
  const whole = await bob.get(file.id)
  expect(whole.headers['content-type']).toBe('image/jpeg')
  expect(whole.content.includes('Camera of Ann')).toBe(false)
  const small = await sharp((await bob.get(file.id, 'small')).content).metadata()
  expect([small.format, small.width, small.height]).toEqual(['webp', 640, 427])
  expect(server.errors).toEqual([])
})
