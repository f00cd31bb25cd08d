import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFolderHome } from '../../../server/files/folder-home.ts'
import type { FileHome } from '../../../server/files/home.ts'
import { sweepFiles } from '../../../server/files/sweep-files.ts'
import { sweepHome } from '../../../server/files/sweep-home.ts'
import type { Store } from '../../../server/store/store.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, remove, send } from '../../support/campus.ts'
import { plainPhoto } from './example-photos.ts'
import { openFiles, type OpenFiles, outcomeOf } from './open-files.ts'
import { type ExampleFile, exampleFile } from './upload-calls.ts'

// A process that ends in the middle of its work, and another one that comes after it over the same folder and database.

const DAY_MS = 24 * 60 * 60_000

let backend: Backend
let campus: Campus
let folder: string
let ann: string
beforeEach(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store })
  folder = mkdtempSync(join(tmpdir(), 'chatbox-restart-'))
  ann = await campus.register()
})
afterEach(async () => {
  await backend.dispose()
  rmSync(folder, { recursive: true })
})

class Killed extends Error {}

interface Deaths {
  /** Where the process ends. */
  home?: (home: FileHome) => Partial<FileHome>
  store?: (store: Store) => Partial<Store>
  now?: () => number
}

async function start({
  home: dies = () => ({}),
  store: fails = () => ({}),
  now = Date.now,
}: Deaths = {}): Promise<OpenFiles> {
  const home = await openFolderHome(folder)
  const store = backend.openStore()
  return openFiles({ ...store, ...fails(store) }, { home: { ...home, ...dies(home) }, now })
}

const list = (name: 'uploads' | 'content' | 'making') => readdirSync(join(folder, name))

async function begin(file: ExampleFile, room: OpenFiles): Promise<void> {
  await room.create(ann, file)
  await room.patch(ann, file, 0)
}

/** What is swept of bytes, by a process that comes a day and some hours later. */
async function sweepLater(): Promise<void> {
  const later = await start({ now: () => Date.now() + DAY_MS + 1_000 })
  await sweepHome(later.parts, await sweepHome(later.parts, new Set()))
}

test('an upload goes on where the process ended that it began with', async () => {
  const file = exampleFile(randomBytes(500_000))
  const first = await start({
    home: (home) => ({
      append: (id, offset, source) => home.append(id, offset, dieAfter(source, 200_000)),
    }),
  })
  await first.create(ann, file)
  await expect(first.patch(ann, file, 0)).rejects.toThrow(Killed)
  const next = await start()
  const created = await next.create(ann, file)
  const offset = Number(created instanceof Response && created.headers.get('upload-offset'))
  expect(offset).toBeGreaterThanOrEqual(200_000)
  await next.patch(ann, file, offset)
  expect(await next.files.finish(ann, file.id)).toMatchObject({ bytes: 500_000 })
})

const files: [what: string, make: () => Promise<ExampleFile>, variants: number][] = [
  ['a document', async () => exampleFile(randomBytes(1_000)), 1],
  ['a photo', async () => exampleFile(await plainPhoto(90, 60).jpeg().toBuffer(), { as: 'photo' }), 2],
]
test.each(files)('%s that was kept, but not written down, is finished again', async (_, make, variants) => {
  const file = await make()
  await begin(file, await start())
  const first = await start({ store: () => ({ write: () => Promise.reject(new Killed()) }) })
  await expect(first.files.finish(ann, file.id)).rejects.toThrow(Killed)
  expect([list('uploads').length, list('content').length]).toEqual([1, variants])
  const next = await start()
  expect(outcomeOf(await next.files.finish(ann, file.id))).toBe(file.as)
  expect([list('uploads').length, list('content').length]).toEqual([0, 2 * variants])
  await sweepLater()
  expect(list('content')).toHaveLength(variants)
  await campus.accept(ann, send(undefined, '', { files: [{ id: file.id, description: '' }] }))
  const found = await next.files.find(ann, file.id, 'whole')
  expect(found && (await next.files.read(found, { first: 0, last: 0 }))).toBeDefined()
})

test.each(files)('%s that was written down, while its upload is still there, is whole', async (_, make, variants) => {
  const file = await make()
  await begin(file, await start())
  const first = await start({ home: () => ({ removeUpload: () => Promise.reject(new Killed()) }) })
  await expect(first.files.finish(ann, file.id)).rejects.toThrow(Killed)
  expect(list('uploads')).toHaveLength(1)
  const next = await start()
  expect(outcomeOf(await next.files.finish(ann, file.id))).toBe(file.as)
  await sweepLater()
  expect([list('uploads').length, list('content').length]).toEqual([0, variants])
})

test('what is half drawn when a process ends is not taken for anything, and goes', async () => {
  const file = exampleFile(await plainPhoto(90, 60).jpeg().toBuffer(), { as: 'photo' })
  await begin(file, await start())
  const first = await start({
    home: (home) => ({
      // What it made stays, as when nobody was there any more to remove it.
      withUpload: (id, work) =>
        home.withUpload(id, async (upload) => work({ ...upload, folder: join(folder, 'making') })),
      keep: () => Promise.reject(new Killed()),
    }),
  })
  await expect(first.files.finish(ann, file.id)).rejects.toThrow(Killed)
  expect(list('making').sort()).toEqual(['small', 'whole'])
  expect(outcomeOf(await (await start()).files.finish(ann, file.id))).toBe('photo')
  await sweepLater()
  expect(list('making')).toEqual([])
})

test('bytes of what was deleted go also when the process ended before it had removed them', async () => {
  const file = exampleFile(randomBytes(1_000))
  const first = await start({ home: () => ({ removeContent: () => Promise.reject(new Killed()) }) })
  await first.put(ann, file)
  const message = send(undefined, '', { files: [{ id: file.id, description: '' }] })
  await campus.accept(ann, message)
  await campus.accept(ann, remove(message.conversationId, message.id))
  await expect(sweepFiles(first.parts)).rejects.toThrow(Killed)
  expect(await backend.store.db.selectFrom('file_content').selectAll().execute()).toEqual([])
  expect(list('content')).toHaveLength(1)
  await sweepLater()
  expect(list('content')).toEqual([])
})

async function* dieAfter(source: AsyncIterable<Uint8Array>, bytes: number): AsyncIterable<Uint8Array> {
  let passed = 0
  for await (const part of source) {
    yield part
    passed += part.length
    if (passed >= bytes) throw new Killed()
  }
}
