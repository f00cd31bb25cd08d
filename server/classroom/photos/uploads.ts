import { sql } from 'kysely'
import {
  CLASSROOM_ERRORS,
  refuse,
  type ClassroomErrorCode,
  type ClassroomRefusal,
} from '../../../shared/classroom/errors.ts'
import { classroomLog } from '../../../shared/classroom/fields.ts'
import { PHOTO_UPLOAD_BYTES_MAX, PHOTOS_BYTES_MAX } from '../../../shared/classroom/limits.ts'
import { lockLog, NoSuchLog } from '../../log/lock-log.ts'
import type { ClassroomTable, Database, PhotoUploadTable } from '../../store/schema.ts'
import { toFiveMinutes } from '../five-minutes.ts'
import { takesQuestions } from '../phase.ts'
import { classroomTables } from '../tables.ts'
import type { PhotoParts } from './parts.ts'
import { removeUploads } from './remove-uploads.ts'

/*
 * A photo on its way. All of it lies in tables of the classroom: there is no file that would have a time, no owner, and no hash.
 *
 *   announced ── pieces, from where the last one ended ──▶ all there ── drawn anew ──▶ a photo ── a question names it ──▶ kept
 *       │                                                                 │
 *       └── an hour without another piece: nothing is left ◀──────────────┘
 *
 * Whoever knows the id of an upload may go on with it, and only its asker does.
 */

/** What somebody says of a photo before they send it. */
export interface AnnouncedPhoto {
  id: string
  bytes: number
  /** Of the token with which its question will pay; null where none is asked for. */
  tokenHash: string | null
}

/** So much is written in one statement. */
const SLICE_BYTES = 256 * 1024

/** Makes room for a photo. Done twice it is done once; a token has one upload, the last. */
export async function createUpload(
  { store, now, countRoom }: Pick<PhotoParts, 'store' | 'now' | 'countRoom'>,
  classroom: ClassroomTable,
  announced: AnnouncedPhoto,
): Promise<{ received: number } | ClassroomRefusal> {
  const { id, bytes, tokenHash } = announced
  if (classroom.photos === 'off') return refuse('photos_off')
  if (!takesQuestions(classroom, now())) return refuse('closed')
  if (bytes === 0) return refuse('not_a_photo')
  if (bytes > PHOTO_UPLOAD_BYTES_MAX) return refuse('too_large')
  if ((await countRoom()) < bytes) return refuse('storage_full')
  return lockClassroom(store, classroom.id, async (db) => {
    const before = await findUpload(db, classroom.id, id)
    if (before !== undefined) return answerAgain(db, before, bytes, now())
    if ((await db.selectFrom('photo_upload').select('id').where('id', '=', id).executeTakeFirst()) !== undefined) {
      return refuse('id_taken')
    }
    if (tokenHash !== null) {
      if (await isSpent(db, tokenHash)) return refuse('token_spent')
      await removeUploads(db, await listByToken(db, classroom.id, tokenHash))
    }
    if ((await sumBytes(db, classroom.id)) + bytes > PHOTOS_BYTES_MAX) {
      return refuse('full', 'There is no room for more photos in this classroom.')
    }
    await db
      .insertInto('photo_upload')
      .values({
        ...{ id, classroom_id: classroom.id, bytes, received: 0, touched_at: toFiveMinutes(now()) },
        ...{ token_hash: tokenHash, photo: null, verdict: null },
      })
      .execute()
    return { received: 0 }
  })
}

/** Under the lock of the classroom's log: what else is decided of its photos comes before it or after. */
export async function lockClassroom<Answer>(
  store: PhotoParts['store'],
  classroomId: string,
  work: (db: Database) => Promise<Answer>,
): Promise<Answer | ClassroomRefusal> {
  try {
    return await store.write(async (db) => {
      await lockLog(store, db, classroomTables(store), classroomLog(classroomId), [])
      return work(db)
    })
  } catch (error) {
    if (error instanceof NoSuchLog) return refuse('not_found')
    throw error
  }
}

async function answerAgain(
  db: Database,
  before: PhotoUploadTable,
  bytes: number,
  now: number,
): Promise<{ received: number } | ClassroomRefusal> {
  const verdict = findVerdict(before)
  if (verdict !== undefined) return verdict
  if (before.bytes !== bytes) return refuse('id_taken')
  await db
    .updateTable('photo_upload')
    .set({ touched_at: toFiveMinutes(now) })
    .where('id', '=', before.id)
    .execute()
  return { received: before.received }
}

/** Why it was refused when it was looked at, for whoever missed the answer. */
export function findVerdict({ verdict }: Pick<PhotoUploadTable, 'verdict'>): ClassroomRefusal | undefined {
  if (verdict === null) return undefined
  return refuse(Object.hasOwn(CLASSROOM_ERRORS, verdict) ? (verdict as ClassroomErrorCode) : 'not_a_photo')
}

/** A photo on its way to this classroom. */
export async function findUpload(db: Database, classroomId: string, id: string): Promise<PhotoUploadTable | undefined> {
  return db
    .selectFrom('photo_upload')
    .selectAll()
    .where('id', '=', id)
    .where('classroom_id', '=', classroomId)
    .executeTakeFirst()
}

async function listByToken(db: Database, classroomId: string, tokenHash: string): Promise<PhotoUploadTable[]> {
  return db
    .selectFrom('photo_upload')
    .selectAll()
    .where('classroom_id', '=', classroomId)
    .where('token_hash', '=', tokenHash)
    .execute()
}

async function isSpent(db: Database, tokenHash: string): Promise<boolean> {
  const spent = await db
    .selectFrom('spent_token')
    .select('used_for')
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst()
  return spent !== undefined
}

/** What a classroom's photos take, with what was announced. */
async function sumBytes(db: Database, classroomId: string): Promise<number> {
  const kept = await db
    .selectFrom('photo_content')
    .select(sql<number | string | null>`sum(bytes)`.as('bytes'))
    .where('classroom_id', '=', classroomId)
    .executeTakeFirstOrThrow()
  const coming = await db
    .selectFrom('photo_upload')
    .select(sql<number | string | null>`sum(bytes)`.as('bytes'))
    .where('classroom_id', '=', classroomId)
    .where('photo', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(kept.bytes ?? 0) + Number(coming.bytes ?? 0)
}

/** How far an upload has come. */
export async function getReceived(
  { store }: Pick<PhotoParts, 'store'>,
  classroomId: string,
  id: string,
): Promise<{ received: number; bytes: number } | ClassroomRefusal> {
  const upload = await findUpload(store.db, classroomId, id)
  return upload === undefined ? refuse('not_found') : (findVerdict(upload) ?? upload)
}

/**
 * Goes on with an upload where it ends. What arrived stays, also when the source breaks off. `length` is how many bytes
 * are said to come.
 */
export async function appendPiece(
  { store, now }: Pick<PhotoParts, 'store' | 'now'>,
  classroomId: string,
  id: string,
  piece: { offset: number; length: number | undefined; source: AsyncIterable<Uint8Array> },
): Promise<{ received: number } | ClassroomRefusal> {
  const upload = await getReceived({ store }, classroomId, id)
  if ('code' in upload) return upload
  if (piece.offset !== upload.received) return refuse('wrong_offset')
  if (piece.offset + (piece.length ?? 0) > upload.bytes) return refuse('too_large', 'That is more than was announced.')
  let received = piece.offset
  for await (const slice of inSlices(untilCut(piece.source))) {
    if (received + slice.length > upload.bytes) return refuse('too_large', 'That is more than was announced.')
    if (
      !(await writeSlice(store, { upload_id: id, start: received, classroom_id: classroomId, content: slice }, now()))
    ) {
      return refuse('wrong_offset')
    }
    received += slice.length
  }
  return { received }
}

/** False when the upload does not end there any more: it went on elsewhere meanwhile, or is gone. */
async function writeSlice(
  store: PhotoParts['store'],
  slice: { upload_id: string; start: number; classroom_id: string; content: Uint8Array },
  now: number,
): Promise<boolean> {
  const received = slice.start + slice.content.length
  return store.write(async (db) => {
    const { numUpdatedRows } = await db
      .updateTable('photo_upload')
      .set({ received, touched_at: toFiveMinutes(now) })
      .where('id', '=', slice.upload_id)
      .where('received', '=', slice.start)
      .where('photo', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    await db.insertInto('photo_piece').values(slice).execute()
    return true
  })
}

/** What arrived until the connection broke, as if no more had been sent. */
async function* untilCut(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  for (;;) {
    const next = await iterator.next().catch(() => undefined)
    if (next === undefined || next.done === true) return
    yield next.value
  }
}

async function* inSlices(source: AsyncIterable<Uint8Array>): AsyncIterable<Buffer> {
  let gathered: Uint8Array[] = []
  let length = 0
  for await (const bytes of source) {
    gathered.push(bytes)
    length += bytes.length
    if (length < SLICE_BYTES) continue
    yield Buffer.concat(gathered)
    gathered = []
    length = 0
  }
  if (length > 0) yield Buffer.concat(gathered)
}

/** Gives up a photo on its way; one that is not there is given up already. */
export async function cancelUpload(
  { store }: Pick<PhotoParts, 'store'>,
  classroomId: string,
  id: string,
): Promise<ClassroomRefusal | undefined> {
  return lockClassroom(store, classroomId, async (db) => {
    const upload = await findUpload(db, classroomId, id)
    if (upload === undefined) return refuse('not_found')
    await removeUploads(db, [upload])
    return undefined
  })
}
