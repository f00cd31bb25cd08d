import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sweepFiles } from '../../../server/files/sweep-files.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, remove, send } from '../../support/campus.ts'
import { createMemoryHome, type MemoryHome } from '../../support/memory-home.ts'
import { plainPhoto } from './example-photos.ts'
import { openFiles, outcomeOf } from './open-files.ts'
import { type ExampleFile, exampleFile } from './upload-calls.ts'

let backend: Backend
let campus: Campus
let home: MemoryHome
let ann: string
let ben: string
beforeEach(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store })
  home = createMemoryHome()
  ann = await campus.register()
  ben = await campus.register()
})
afterEach(() => backend.dispose())

const ofSize = (bytes: number) => exampleFile(randomBytes(bytes))

async function sendWith({ id }: ExampleFile, userId = ann) {
  const message = send(undefined, '', { files: [{ id, description: '' }] })
  await campus.accept(userId, message)
  return message
}

test('what is announced counts at once, and what is taken back no more', async () => {
  const { create, files } = openFiles(backend.store, { home, limits: { accountBytesMax: 1_000 } })
  const usedBytes = async (userId = ann) => (await files.findSpace(userId)).usedBytes
  const first = ofSize(600)
  expect(outcomeOf(await create(ann, first))).toBe('201')
  expect(await usedBytes()).toBe(600)
  expect(outcomeOf(await create(ann, ofSize(401)))).toBe('quota_full')
  expect(outcomeOf(await create(ann, first))).toBe('201')
  expect(outcomeOf(await create(ann, ofSize(400)))).toBe('201')
  expect([await usedBytes(), await usedBytes(ben)]).toEqual([1_000, 0])
  expect(outcomeOf(await create(ben, ofSize(1_000)))).toBe('201')
  const taken = await files.upload(
    ann,
    new Request(`http://localhost/api/uploads/${first.id}`, {
      method: 'DELETE',
      headers: { 'tus-resumable': '1.0.0' },
    }),
  )
  expect([outcomeOf(taken), await usedBytes()]).toEqual(['204', 400])
  expect(outcomeOf(await create(ann, ofSize(600)))).toBe('201')
})

test('a photo counts what is kept of it', async () => {
  const { put, files } = openFiles(backend.store, { home })
  const photo = exampleFile(await plainPhoto(300, 200).png({ compressionLevel: 0 }).toBuffer(), { as: 'photo' })
  const stored = await put(ann, photo)
  const { usedBytes } = await files.findSpace(ann)
  expect(stored).toMatchObject({ kind: 'photo', bytes: usedBytes })
  expect(usedBytes).toBeLessThan(photo.bytes.length)
})

test('deleting a message makes room at once, also before its files are swept', async () => {
  const room = openFiles(backend.store, { home, limits: { accountBytesMax: 1_000 } })
  const sent = ofSize(900)
  await room.put(ann, sent)
  const [message, again] = [await sendWith(sent), await sendWith(sent)]
  expect(outcomeOf(await room.create(ann, ofSize(200)))).toBe('quota_full')
  await campus.accept(ann, remove(message.conversationId, message.id))
  // Another message carries it still.
  expect(outcomeOf(await room.create(ann, ofSize(200)))).toBe('quota_full')
  await campus.accept(ann, remove(again.conversationId, again.id))
  expect(outcomeOf(await room.create(ann, ofSize(200)))).toBe('201')
  await sweepFiles(room.parts)
  expect((await room.files.findSpace(ann)).usedBytes).toBe(200)
})

test('many at once, at two processes, do not slip past the room of an account together', async () => {
  const limits = { accountBytesMax: 1_000 }
  const rooms = [openFiles(backend.store, { home, limits }), openFiles(backend.openStore(), { home, limits })]
  const outcomes = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => {
      const room = rooms[index % 2]
      return room && outcomeOf(await room.create(ann, ofSize(300)))
    }),
  )
  expect(outcomes.filter((outcome) => outcome === '201')).toHaveLength(3)
  expect(outcomes.filter((outcome) => outcome === 'quota_full')).toHaveLength(9)
})

test('there is an end of the room for all together, and two at once do not slip past it', async () => {
  const limits = { bytesMax: 1_000 }
  const rooms = [openFiles(backend.store, { home, limits }), openFiles(backend.openStore(), { home, limits })]
  const [one] = rooms
  await one?.put(ann, ofSize(500))
  expect(one && outcomeOf(await one.create(ann, ofSize(501)))).toBe('storage_full')
  await Promise.all(rooms.map((room, index) => room.create(index === 0 ? ann : ben, ofSize(400))))
  const announced = await backend.store.db.selectFrom('file').select('bytes').execute()
  expect(announced.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(1_000)
  expect(one && outcomeOf(await one.create(ben, ofSize(100)))).toBe('201')
})

test('what one may see already takes no room of the disk, and counts', async () => {
  let free = 1_000
  const full = { ...home, countFree: async () => free }
  const room = openFiles(backend.store, { home: full })
  const sent = ofSize(900)
  await room.put(ann, sent)
  await sendWith(sent)
  free = 0
  expect(outcomeOf(await room.create(ben, ofSize(10)))).toBe('storage_full')
  expect(outcomeOf(await room.put(ben, exampleFile(sent.bytes)))).toBe('document')
  expect((await room.files.findSpace(ben)).usedBytes).toBe(900)
})

test('what is said to be there and is not has to be sent', async () => {
  const room = openFiles(backend.store, { home })
  const sent = ofSize(900)
  await room.put(ann, sent)
  const lost = openFiles(backend.store, { home: createMemoryHome() })
  const created = await lost.create(ann, exampleFile(sent.bytes))
  expect(created instanceof Response && created.headers.get('upload-offset')).toBe('0')
})
