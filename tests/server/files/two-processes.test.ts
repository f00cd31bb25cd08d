import { Redis } from 'ioredis'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createRedisBus } from '../../../server/bus/redis.ts'
import { openFolderHome } from '../../../server/files/folder-home.ts'
import type { FileHome } from '../../../server/files/home.ts'
import { createRedisLocks } from '../../../server/files/redis-locks.ts'
import { openS3Home } from '../../../server/files/s3-home.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, send } from '../../support/campus.ts'
import { type S3Service, startS3 } from '../../support/s3.ts'
import { type Service, startRedis } from '../../support/services.ts'
import { waitFor } from '../../support/wait-for.ts'
import { plainPhoto } from './example-photos.ts'
import { openFiles, type OpenFiles, outcomeOf } from './open-files.ts'
import { exampleFile, sha256Of } from './upload-calls.ts'

// Two processes over one database, one Redis and one home: any of them goes on with what the other one began.

const PREFIX = 'chatbox:two'

let folder: string
let s3: S3Service
let redis: Service
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chatbox-two-'))
  s3 = await startS3()
  redis = await startRedis()
})
afterAll(async () => {
  await redis.stop()
  await s3.stop()
  rmSync(folder, { recursive: true })
})

/** Each of a test of its own, by a name. */
const homes: [string, (name: string) => Promise<FileHome>][] = [
  ['a folder', (name) => openFolderHome(join(folder, name))],
  ['S3', (name) => openS3Home({ ...s3.address, prefix: `${name}/` }, join(folder, name))],
]

describe.each(homes)('two processes over %s', (_, openHome) => {
  let backend: Backend
  let campus: Campus
  let one: OpenFiles
  let other: OpenFiles
  let ann: string
  let name: string
  const ends: (() => unknown)[] = []

  async function openProcess(): Promise<OpenFiles> {
    const client = new Redis(redis.url, { enableOfflineQueue: false })
    const bus = createRedisBus(redis.url, PREFIX, () => undefined)
    const locks = createRedisLocks({ redis: { client, prefix: PREFIX }, bus })
    await waitFor('Redis', () => client.status === 'ready' || undefined)
    ends.push(() => client.disconnect(), bus.close)
    return openFiles(backend.openStore(), { home: await openHome(name), locks })
  }

  beforeEach(async () => {
    backend = await createBackend()
    campus = createCampus({ store: backend.store })
    ann = await campus.register()
    name = randomUUID()
    one = await openProcess()
    other = await openProcess()
  })
  afterEach(async () => {
    expect([...one.errors, ...other.errors]).toEqual([])
    for (const room of [one, other]) await room.files.close()
    for (const end of ends.splice(0)) await end()
    await backend.dispose()
  })

  test('the pieces of an upload go to either, and either finishes it', async () => {
    const file = exampleFile(randomBytes(2_500_000))
    await one.create(ann, file)
    const ends = [1, 900_000, 1_700_000, 2_500_000]
    let offset = 0
    for (const [index, end] of ends.entries()) {
      const room = index % 2 === 0 ? other : one
      const patched = await room.patch(ann, file, offset, file.bytes.subarray(offset, end))
      expect(patched instanceof Response && patched.headers.get('upload-offset')).toBe(String(end))
      offset = end
    }
    expect(await other.files.finish(ann, file.id)).toMatchObject({ kind: 'document', bytes: 2_500_000 })
    expect(await one.files.finish(ann, file.id)).toMatchObject({ kind: 'document', bytes: 2_500_000 })
    await campus.accept(ann, send(undefined, '', { files: [{ id: file.id, description: '' }] }))
    expect(await one.files.find(ann, file.id, 'whole')).toMatchObject({ bytes: 2_500_000 })
  })

  test('finished at both at once it is done once', async () => {
    const photo = exampleFile(await plainPhoto(600, 400).jpeg().toBuffer(), { as: 'photo' })
    await one.create(ann, photo)
    await one.patch(ann, photo, 0)
    const finished = await Promise.all([one, other, one, other].map((room) => room.files.finish(ann, photo.id)))
    for (const answer of finished) expect(answer).toEqual(finished[0])
    expect(finished[0]).toMatchObject({ kind: 'photo' })
    expect(await backend.store.db.selectFrom('file_content').selectAll().execute()).toHaveLength(1)
    const kept: string[] = []
    for await (const { kind, id } of one.parts.home.listOlder(Date.now() + 60_000)) kept.push(`${kind} ${id}`)
    expect(new Set(kept).size).toBe(1)
  })

  test('two tabs at two processes send one upload, and it is what it should be', async () => {
    const file = exampleFile(randomBytes(1_200_000))
    await one.create(ann, file)
    async function tab(room: OpenFiles): Promise<void> {
      for (let offset = 0; offset < file.bytes.length;) {
        const patched = await room.patch(ann, file, offset, file.bytes.subarray(offset, offset + 150_000))
        if (outcomeOf(patched) === '204') offset += 150_000
        else {
          const created = await room.create(ann, file)
          offset = created instanceof Response ? Number(created.headers.get('upload-offset') ?? offset) : offset
        }
      }
    }
    await Promise.all([tab(one), tab(other)])
    expect(await one.files.finish(ann, file.id)).toMatchObject({ bytes: file.bytes.length })
    const { sha256 } = await backend.store.db.selectFrom('file_content').select('sha256').executeTakeFirstOrThrow()
    expect(sha256).toBe(sha256Of(file.bytes))
  })

  test('a process that goes on where another one hangs gets what had arrived there', async () => {
    const file = exampleFile(randomBytes(1_500_000))
    await one.create(ann, file)
    let send: (bytes: Buffer) => void = () => undefined
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        send = (bytes) => controller.enqueue(bytes)
      },
    })
    const init = {
      method: 'PATCH',
      headers: { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
      ...{ body, duplex: 'half' },
    }
    const hanging = one.files.upload(ann, new Request(`http://localhost/api/uploads/${file.id}`, init))
    send(file.bytes.subarray(0, 1_200_000))
    await waitFor('some of it', async () => ((await one.parts.home.countUploaded(file.id)) > 0 ? true : undefined))
    const created = await other.create(ann, file)
    expect(created instanceof Response && created.headers.get('upload-offset')).toBe('1200000')
    expect(outcomeOf(await other.patch(ann, file, 1_200_000))).toBe('204')
    await hanging
    expect(outcomeOf(await other.files.finish(ann, file.id))).toBe('document')
  })
})
