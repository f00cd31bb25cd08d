import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFolderHome } from '../../../server/files/folder-home.ts'
import type { ContentKey, FileHome, HomeEntry } from '../../../server/files/home.ts'
import { openS3Home } from '../../../server/files/s3-home.ts'
import { createMemoryHome } from '../../support/memory-home.ts'
import { type S3Service, startS3 } from '../../support/s3.ts'
import { waitFor } from '../../support/wait-for.ts'

let folder: string
let s3: S3Service
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chatbox-homes-'))
  s3 = await startS3()
})
afterAll(async () => {
  await s3.stop()
  rmSync(folder, { recursive: true })
})

const scratch = () => join(folder, 'scratch')
const homes: [string, () => Promise<FileHome>][] = [
  ['a folder', () => openFolderHome(join(folder, 'files'))],
  ['S3', () => openS3Home(s3.address, scratch())],
  ['S3 below a prefix', () => openS3Home({ ...s3.address, prefix: 'campus/files/' }, scratch())],
  ['the memory of a test', async () => createMemoryHome()],
]

async function* inParts(bytes: Buffer, size = 64 * 1024): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function* broken(bytes: Buffer): AsyncIterable<Buffer> {
  yield* inParts(bytes)
  throw new Error('the wire was cut')
}

async function list(home: FileHome, than = Date.now() + 60_000): Promise<HomeEntry[]> {
  const entries: HomeEntry[] = []
  for await (const entry of home.listOlder(than)) entries.push(entry)
  return entries
}

describe.each(homes)('a home in %s', (_, open) => {
  let home: FileHome
  beforeAll(async () => {
    home = await open()
  })

  const readUpload = (id: string) => home.withUpload(id, ({ path }) => readFile(path))
  async function keep(bytes: Buffer, key: ContentKey): Promise<void> {
    const path = join(folder, randomUUID())
    writeFileSync(path, bytes)
    await home.keep(key, path)
  }
  async function read(key: ContentKey, first: number, last: number): Promise<Buffer | undefined> {
    const content = await home.read(key, { first, last })
    return content && buffer(content)
  }

  test('an upload grows piece by piece, and is read as it was sent', async () => {
    const id = randomUUID()
    const bytes = randomBytes(3_500_000)
    expect(await home.countUploaded(id)).toBe(0)
    for (const [from, to] of [
      [0, 1],
      [1, 1_500_000],
      [1_500_000, bytes.length],
    ] as const) {
      expect(await home.append(id, from, inParts(bytes.subarray(from, to)))).toBe(to)
      expect(await home.countUploaded(id)).toBe(to)
    }
    expect((await readUpload(id)).equals(bytes)).toBe(true)
    await home.removeUpload(id)
    expect(await home.countUploaded(id)).toBe(0)
  })

  test('what arrived before the source failed stays, and is gone on with', async () => {
    const id = randomUUID()
    const bytes = randomBytes(2_400_000)
    await expect(home.append(id, 0, broken(bytes.subarray(0, 1_300_000)))).rejects.toThrow('the wire was cut')
    expect(await home.countUploaded(id)).toBe(1_300_000)
    await home.append(id, 1_300_000, inParts(bytes.subarray(1_300_000)))
    expect((await readUpload(id)).equals(bytes)).toBe(true)
    await home.removeUpload(id)
  })

  test('a piece of nothing changes nothing', async () => {
    const id = randomUUID()
    expect(await home.append(id, 0, inParts(Buffer.alloc(0)))).toBe(0)
    expect(await home.countUploaded(id)).toBe(0)
    await home.removeUpload(id)
  })

  test('the folder that comes with an upload goes once the work is done, also when it fails', async () => {
    const id = randomUUID()
    await home.append(id, 0, inParts(randomBytes(10)))
    const folders: string[] = []
    const failing = home.withUpload(id, async ({ folder: own }) => {
      folders.push(own)
      writeFileSync(join(own, 'half'), 'made')
      throw new Error('the work failed')
    })
    await expect(failing).rejects.toThrow('the work failed')
    expect(() => readdirSync(folders[0] ?? '')).toThrow('ENOENT')
    await home.removeUpload(id)
  })

  test('content is read in whole and in part, and is gone when it was removed', async () => {
    const contentId = randomUUID()
    const bytes = randomBytes(200_000)
    const whole: ContentKey = { contentId, variant: 'whole' }
    const small: ContentKey = { contentId, variant: 'small' }
    expect([await home.has(whole), await read(whole, 0, 9)]).toEqual([false, undefined])
    await keep(bytes, whole)
    await keep(bytes.subarray(0, 100), small)
    expect([await home.has(whole), await home.has(small)]).toEqual([true, true])
    expect((await read(whole, 0, bytes.length - 1))?.equals(bytes)).toBe(true)
    expect((await read(whole, 5, 5))?.equals(bytes.subarray(5, 6))).toBe(true)
    expect((await read(whole, 199_000, 199_999))?.equals(bytes.subarray(199_000))).toBe(true)
    expect((await read(small, 0, 99))?.equals(bytes.subarray(0, 100))).toBe(true)
    await home.removeContent(contentId)
    expect([await home.has(whole), await home.has(small), await read(whole, 0, 9)]).toEqual([false, false, undefined])
    await home.removeContent(contentId)
  })

  test('an upload that was kept as content is that, also when the upload is gone', async () => {
    const key: ContentKey = { contentId: randomUUID(), variant: 'whole' }
    const id = randomUUID()
    const bytes = randomBytes(50_000)
    await home.append(id, 0, inParts(bytes))
    await home.withUpload(id, ({ path }) => home.keep(key, path))
    await home.removeUpload(id)
    expect((await read(key, 0, bytes.length - 1))?.equals(bytes)).toBe(true)
    await home.removeContent(key.contentId)
  })

  test('it lists what it holds that is older than a moment', async () => {
    const begun = Date.now() - 60_000
    const id = randomUUID()
    const contentId = randomUUID()
    await home.append(id, 0, inParts(randomBytes(1_500_000)))
    await keep(randomBytes(10), { contentId, variant: 'whole' })
    const found = await list(home)
    expect(found).toContainEqual({ kind: 'upload', id })
    expect(found).toContainEqual({ kind: 'content', id: contentId })
    expect(await list(home, begun)).toEqual([])
    await home.removeUpload(id)
    await home.removeContent(contentId)
    expect(await list(home)).toEqual([])
  })

  test('a download that is given up is let go', async () => {
    const key: ContentKey = { contentId: randomUUID(), variant: 'whole' }
    await keep(randomBytes(3_000_000), key)
    const content = await home.read(key, { first: 0, last: 2_999_999 })
    content?.destroy()
    await waitFor('its end', () => content?.closed)
    await home.removeContent(key.contentId)
  })
})

test('what lay in a scratch folder when its process ended is removed', async () => {
  const home = await openFolderHome(join(folder, 'left'))
  const left = join(folder, 'left', 'making', 'upload-left')
  await home.append('a', 0, inParts(Buffer.from('a')))
  await home.withUpload('a', async ({ path }) => writeFileSync(left, await readFile(path)))
  await home.removeLeftovers(Date.now() - 60_000)
  expect(readdirSync(join(folder, 'left', 'making'))).toEqual(['upload-left'])
  await home.removeLeftovers(Date.now() + 60_000)
  expect(readdirSync(join(folder, 'left', 'making'))).toEqual([])
})

test('a bucket that is not there, or does not let us in, is named with the setting', async () => {
  const wrong = [
    { ...s3.address, bucket: 'another' },
    { ...s3.address, accessKeyId: 'nobody' },
    { ...s3.address, endpoint: 'http://127.0.0.1:1' },
  ]
  for (const address of wrong) {
    const opened = openS3Home(address, scratch())
    await expect(opened).rejects.toThrow(/^The bucket of FILES_URL did not let us in \(\w+\)/)
    await expect(opened).rejects.not.toThrow(/nobody|S3RVER/)
  }
})

test('a folder that cannot be written to is named', async () => {
  const file = join(folder, 'no-folder')
  writeFileSync(file, '')
  await expect(openFolderHome(join(file, 'files'))).rejects.toThrow(/^The folder .* cannot be written to .*DATA_DIR/)
})
