import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFolderHome } from '../../../server/files/folder-home.ts'
import { type FileHome, HomeFull } from '../../../server/files/home.ts'
import { sweepFiles } from '../../../server/files/sweep-files.ts'
import { openSqlite } from '../../../server/store/sqlite.ts'
import type { Store } from '../../../server/store/store.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, send } from '../../support/campus.ts'
import { createMemoryHome } from '../../support/memory-home.ts'
import { mountSmallDisk, type SmallDisk } from '../../support/small-disk.ts'
import { plainPhoto } from './example-photos.ts'
import { openFiles, type OpenFiles, outcomeOf } from './open-files.ts'
import { type ExampleFile, exampleFile } from './upload-calls.ts'

// Files on a small disk, as on a laptop that is almost full.

const DISK_BYTES = 160_000_000

const probe = mountSmallDisk(1_000_000)
probe?.remove()

let backend: Backend
let disk: SmallDisk | undefined
beforeEach(async () => {
  backend = await createBackend()
  disk = mountSmallDisk(DISK_BYTES)
})
afterEach(async () => {
  await backend.dispose()
  disk?.remove()
})

/** Somebody on a database, which may lie on the small disk too. */
async function begin(store: Store): Promise<void> {
  campus = createCampus({ store })
  ann = await campus.register()
}

let campus: Campus
let ann: string
const onDisk = (name: string) => join(disk?.folder ?? '', name)
const ofSize = (bytes: number) => exampleFile(randomBytes(bytes))
const openHome = () => openFolderHome(onDisk('files'))

async function offsetOf(room: OpenFiles, file: ExampleFile): Promise<number> {
  const created = await room.create(ann, file)
  return Number(created instanceof Response ? created.headers.get('upload-offset') : Number.NaN)
}

/** Somebody else takes room on the disk, until so many bytes are left that files may have. */
async function fillTo(home: FileHome, left: number): Promise<void> {
  writeFileSync(onDisk('filler'), Buffer.alloc(Math.max(0, (await home.countFree()) - left)))
}

async function expectMessages(): Promise<void> {
  for (let count = 0; count < 20; count += 1) {
    expect(await campus.codeOf(ann, send(undefined, 'It goes on. '.repeat(50)))).toBe('accepted')
  }
}

/** Where nobody may mount a disk, a home tells what a full one says. */
if (probe !== undefined) {
  test('a disk that fills up in the middle refuses the piece, keeps what arrived, and leaves messages alone', async () => {
    // The database lies on it too.
    const store = openSqlite(onDisk('data'))
    await store.migrate()
    await begin(store)
    const home = await openHome()
    const room = openFiles(store, { home })
    const file = ofSize(12_000_000)
    await room.create(ann, file)
    await fillTo(home, 5_000_000)
    expect(outcomeOf(await room.patch(ann, file, 0))).toBe('storage_full')
    const offset = await offsetOf(room, file)
    expect(offset).toBeGreaterThan(3_000_000)
    expect(offset).toBe(await home.countUploaded(file.id))
    expect(outcomeOf(await room.create(ann, ofSize(1_000_000)))).toBe('storage_full')
    await expectMessages()
    rmSync(onDisk('filler'))
    expect(outcomeOf(await room.patch(ann, file, offset))).toBe('204')
    expect(await room.files.finish(ann, file.id)).toMatchObject({ kind: 'document', bytes: file.bytes.length })
    expect(room.errors).toEqual([])
    await store.close()
  })

  test('what the disk itself refuses is told in the same way, and the offset stays true', async () => {
    await begin(backend.store)
    const home = await openHome()
    // Something else takes what is kept free, too fast for anybody to look.
    const room = openFiles(backend.store, { home: { ...home, countFree: async () => Number.POSITIVE_INFINITY } })
    const file = ofSize(30_000_000)
    await room.create(ann, file)
    await fillTo(home, 2_000_000)
    expect(outcomeOf(await room.patch(ann, file, 0))).toBe('storage_full')
    const offset = await offsetOf(room, file)
    expect(offset).toBeGreaterThan(2_000_000)
    expect(offset).toBe(await home.countUploaded(file.id))
    rmSync(onDisk('filler'))
    expect(outcomeOf(await room.patch(ann, file, offset))).toBe('204')
    expect(outcomeOf(await room.files.finish(ann, file.id))).toBe('document')
  })

  test('a photo that finds no room to be drawn waits, and is drawn when there is some', async () => {
    await begin(backend.store)
    const home = await openHome()
    const room = openFiles(backend.store, { home: { ...home, countFree: async () => Number.POSITIVE_INFINITY } })
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
    const bytes = await plainPhoto(1_500, 1_500, '#000', noise).jpeg({ quality: 95 }).toBuffer()
    const photo = exampleFile(bytes, { as: 'photo' })
    await room.create(ann, photo)
    await room.patch(ann, photo, 0)
    writeFileSync(onDisk('filler'), Buffer.alloc((await home.countFree()) + DISK_BYTES * 0.05 - 300_000))
    expect(outcomeOf(await room.files.finish(ann, photo.id))).toBe('storage_full')
    rmSync(onDisk('filler'))
    expect(outcomeOf(await room.files.finish(ann, photo.id))).toBe('photo')
    await sweepFiles(room.parts)
    expect(room.errors).toEqual([])
  })
}

test('a home that says that it is full is no bug', async () => {
  const memory = createMemoryHome()
  let isFull = true
  const home: FileHome = {
    ...memory,
    async append(id, offset, source) {
      if (isFull) throw new HomeFull('the bucket is full')
      return memory.append(id, offset, source)
    },
  }
  await begin(backend.store)
  const room = openFiles(backend.store, { home })
  const file = ofSize(100)
  await room.create(ann, file)
  expect(outcomeOf(await room.patch(ann, file, 0))).toBe('storage_full')
  isFull = false
  expect(outcomeOf(await room.patch(ann, file, 0))).toBe('204')
  expect(room.errors).toEqual([])
})
