import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { StoredFile } from '../../shared/protocol/files.ts'
import { toStoredFile } from '../campus/files.ts'
import type { FileTable } from '../store/schema.ts'
import { touchFile } from './create-upload.ts'
import { findOwnFile, findVerdict } from './file-rows.ts'
import { HomeFull, type LocalUpload } from './home.ts'
import { LockHeld, withLock } from './locks.ts'
import type { FileParts } from './parts.ts'
import { makePhoto } from './photo.ts'
import type { Queue } from './queue.ts'
import { recognize } from './recognize.ts'

/*
 * What was uploaded becomes content:
 *
 *   all there ─▶ its lock ─▶ its turn ─▶ the hash ─▶ what it is ─▶ kept in the home ─▶ rows ─▶ the upload goes
 *                                          │            │
 *                     file_damaged: both go ┘            └ refused: it goes, its row remembers why
 *
 * A process that ends on the way leaves the upload as it was, and at most content without a row, which is swept: asked
 * again, all of it is done again. Where two processes do it at once, for want of a common lock, the rows are written by one.
 */

interface Looked extends Pick<FileTable, 'kind' | 'type' | 'width' | 'height' | 'preview'> {
  whole: string
  small: string | undefined
}

export interface FinishParts extends FileParts {
  /** Of what takes a thread for long. */
  drawing: Queue
  /** Of what is done with an upload as a file of this machine, where it takes room meanwhile. */
  looking: Queue
}

/** Looks at what somebody uploaded, when all of it is there. */
export async function finishUpload(parts: FinishParts, userId: string, id: string): Promise<StoredFile | Refusal> {
  const answer = answerFinished(await touchFile(parts, userId, id))
  if (answer !== undefined) return answer
  try {
    return await withLock(parts.locks, id, () => finishOnce(parts, userId, id))
  } catch (error) {
    if (error instanceof LockHeld) return STILL_LOOKING
    if (error instanceof HomeFull) return refusal('storage_full')
    throw error
  }
}

/** What is not there yet when nobody waits any longer: whoever asks again waits for the same work. */
export const STILL_LOOKING = refusal('unavailable', 'The server is still looking at this file. Ask again.')

async function finishOnce(parts: FinishParts, userId: string, id: string): Promise<StoredFile | Refusal> {
  const file = await findOwnFile(parts.store.db, userId, id)
  const meanwhile = answerFinished(file)
  if (file === undefined || meanwhile !== undefined) return meanwhile ?? refusal('not_found')
  if ((await parts.home.countUploaded(id)) < file.bytes)
    return refusal('file_missing', 'Not all of this file has arrived.')
  return parts.looking.run(() => finish(parts, file), userId)
}

/** Undefined while a file is still to be looked at. */
function answerFinished(file: FileTable | undefined): StoredFile | Refusal | undefined {
  if (file === undefined) return refusal('not_found')
  const verdict = findVerdict(file)
  return verdict === undefined ? toStoredFile(file) : refusal(verdict)
}

async function finish(parts: FinishParts, file: FileTable): Promise<StoredFile | Refusal> {
  const refused = await parts.home.withUpload(file.id, async (upload) => {
    if ((await hashFile(upload.path)) !== file.sha256) return refusal('file_damaged')
    const looked = await look(parts, file, upload)
    if ('code' in looked) return looked
    await keep(parts, file, looked)
    return undefined
  })
  if (refused !== undefined) await noteRefused(parts, file, refused)
  await parts.home.removeUpload(file.id)
  return refused ?? answerFinished(await findOwnFile(parts.store.db, file.user_id, file.id)) ?? refusal('not_found')
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

async function look(
  { drawing }: FinishParts,
  file: FileTable,
  { path, folder }: LocalUpload,
): Promise<Looked | Refusal> {
  if (file.shown_as !== 'photo') {
    const recognized = await recognize(path, file.shown_as === 'voice')
    return { ...recognized, whole: path, small: undefined, width: null, height: null, preview: null }
  }
  const made = await drawing.run(() => makePhoto(path, folder), file.user_id)
  return 'code' in made ? made : { kind: 'photo', ...made }
}

/** The bytes first, then the rows: what is told to be whole is on disk. */
async function keep({ home, store, now }: FinishParts, file: FileTable, looked: Looked): Promise<void> {
  const { whole, small, kind, type, width, height, preview } = looked
  const contentId = randomUUID()
  const { size: bytes } = await stat(whole)
  const content = {
    ...{ id: contentId, bytes, created_at: now() },
    sha256: file.shown_as === 'photo' ? await hashFile(whole) : file.sha256,
    small_bytes: small === undefined ? null : (await stat(small)).size,
  }
  await home.keep({ contentId, variant: 'whole' }, whole)
  if (small !== undefined) await home.keep({ contentId, variant: 'small' }, small)
  const isOurs = await store.write(async (db) => {
    const { numUpdatedRows } = await db
      .updateTable('file')
      .set({ ...{ content_id: contentId, bytes, kind, type, width, height, preview }, touched_at: now() })
      .where('id', '=', file.id)
      .where('content_id', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    await db.insertInto('file_content').values(content).execute()
    return true
  })
  // Swept meanwhile, or done by another process.
  if (!isOurs) await home.removeContent(contentId)
}

async function noteRefused({ store }: FinishParts, { id }: FileTable, { code }: Refusal): Promise<void> {
  if (code === 'file_damaged') {
    await store.db.deleteFrom('file').where('id', '=', id).where('content_id', 'is', null).execute()
    return
  }
  await store.db.updateTable('file').set({ type: code }).where('id', '=', id).where('content_id', 'is', null).execute()
}
