import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { toStoredFile } from '../../../server/campus/files.ts'
import { createUpload, touchFile } from '../../../server/files/create-upload.ts'
import { findOwnFile } from '../../../server/files/file-rows.ts'
import { createFiles, type Files } from '../../../server/files/files.ts'
import { createMemoryLocks } from '../../../server/files/memory-locks.ts'
import type { FileParts } from '../../../server/files/parts.ts'
import { removeUpload } from '../../../server/files/remove-upload.ts'
import type { FileTable } from '../../../server/store/schema.ts'
import { refusal, type Refusal } from '../../../shared/protocol/errors.ts'
import { uploadMetadata, type StoredFile } from '../../../shared/protocol/files.ts'
import type { World } from '../world.ts'
import type { SimHome } from './home.ts'

/*
 * The files of one server process. Real are its rows: how a file is announced, taken back, found whole, carried and swept.
 * Made up is what takes real time: tus and the looking into files, which here takes a few steps in which anything else may
 * happen. There is no lock at all, as where Redis is away: files rest on none.
 */

const LIMITS = { fileBytesMax: 1e6, accountBytesMax: 1e7, bytesMax: undefined }

export function createSimFiles(
  world: World,
  options: Pick<FileParts, 'store' | 'now' | 'onError'> & { home: SimHome; isOn(): boolean },
): Files & { parts: FileParts } {
  const { scheduler, chance, isRough, witness } = world
  const { store, home, now, isOn } = options
  const parts: FileParts = { ...options, locks: createMemoryLocks(), limits: LIMITS }

  /** A while, after which the process may be dead. */
  const pause = () =>
    new Promise<void>((resolve) => {
      if (isRough()) scheduler.after(chance.between(0, 60), () => isOn() && resolve())
      else resolve()
    })

  async function create(userId: string, request: Request): Promise<Response | Refusal> {
    const pairs = (request.headers.get('upload-metadata') ?? '').split(',').map((pair) => pair.split(' '))
    const said = pairs.map(([key = '', value = '']) => [key, Buffer.from(value, 'base64').toString()])
    const announced = v.parse(uploadMetadata, Object.fromEntries(said))
    const bytes = Number(request.headers.get('upload-length'))
    await pause()
    const refused = await createUpload(parts, userId, { ...announced, bytes })
    if (refused !== undefined) return refused
    const file = await findOwnFile(store.db, userId, announced.id)
    if (file === undefined) return refusal('not_found')
    const offset = file.content_id === null ? await home.countUploaded(file.id) : bytes
    return toOffset(201, offset, bytes)
  }

  async function take(file: FileTable, request: Request): Promise<Response | Refusal> {
    const offset = Number(request.headers.get('upload-offset'))
    const bytes = new Uint8Array(await request.arrayBuffer())
    if (offset !== (await countOf(file)) || offset + bytes.length > file.bytes)
      return new Response('another offset', { status: 409 })
    return toOffset(204, await home.append(file.id, offset, arrive(bytes)), file.bytes)
  }

  async function* arrive(bytes: Uint8Array): AsyncIterable<Uint8Array> {
    const half = chance.between(0, bytes.length)
    for (const part of [bytes.subarray(0, half), bytes.subarray(half)]) {
      await pause()
      yield part
    }
  }

  const countOf = async ({ id, content_id, bytes }: FileTable) => (content_id === null ? home.countUploaded(id) : bytes)

  async function finish(userId: string, id: string): Promise<StoredFile | Refusal> {
    const answer = await finishOnce(userId, id)
    if (!('code' in answer)) witness.files.noteWhole(id)
    return answer
  }

  async function finishOnce(userId: string, id: string): Promise<StoredFile | Refusal> {
    const file = await touchFile(parts, userId, id)
    if (file === undefined) return refusal('not_found')
    const before = toStoredFile(file)
    if (before !== undefined) return before
    await pause()
    const bytes = home.bytesOf('upload', id)
    if (bytes === undefined || bytes.length < file.bytes) return refusal('file_missing')
    if (createHash('sha256').update(bytes).digest('hex') !== file.sha256) {
      witness.files.noteDamaged(id)
      await store.db.deleteFrom('file').where('id', '=', id).where('content_id', 'is', null).execute()
      await home.removeUpload(id)
      return refusal('file_damaged')
    }
    const contentId = chance.randomId()
    home.keepUpload(id, contentId)
    await pause()
    await keep(file, contentId)
    await pause()
    await home.removeUpload(id)
    const after = await findOwnFile(store.db, userId, id)
    return (after && toStoredFile(after)) ?? refusal('not_found')
  }

  /** As `server/files/finish.ts` does it. */
  async function keep({ id, sha256, bytes }: FileTable, contentId: string): Promise<void> {
    const isOurs = await store.write(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('file')
        .set({ content_id: contentId, bytes, kind: 'document', type: 'application/octet-stream', touched_at: now() })
        .where('id', '=', id)
        .where('content_id', 'is', null)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) return false
      const content = { id: contentId, sha256, bytes, small_bytes: null, created_at: now() }
      await db.insertInto('file_content').values(content).execute()
      return true
    })
    if (!isOurs) await home.removeContent(contentId)
  }

  return {
    ...createFiles(parts),
    parts,
    finish,
    async upload(userId, request) {
      if (request.method === 'POST') return create(userId, request)
      const id = /[^/]*$/.exec(request.url)?.[0] ?? ''
      const file = await touchFile(parts, userId, id)
      if (file === undefined) return refusal('not_found')
      switch (request.method) {
        case 'HEAD':
          return toOffset(200, await countOf(file), file.bytes)
        case 'PATCH':
          return take(file, request)
        default:
          return (await removeUpload(parts, id)) ?? new Response(null, { status: 204 })
      }
    },
  }
}

function toOffset(status: number, offset: number, length: number): Response {
  return new Response(null, {
    status,
    headers: { 'upload-offset': String(offset), 'upload-length': String(length) },
  })
}
