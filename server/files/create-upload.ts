import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import type { UploadMetadata } from '../../shared/protocol/files.ts'
import { CAMPUS_TABLES } from '../campus/kind.ts'
import { lockLog } from '../log/lock-log.ts'
import type { Database, FileTable } from '../store/schema.ts'
import { findOwnFile, findVerdict, isSeenBy, sumAccountBytes, sumAllBytes } from './file-rows.ts'
import type { FileParts } from './parts.ts'

/** What somebody says of a file before they send it. */
export type Announced = UploadMetadata & { bytes: number }

/**
 * Makes room for a file that somebody announces. Done twice with the same facts it is done once. What they may see already
 * is whole at once, under this id too: of what others have nobody learns anything by that.
 */
export async function createUpload(
  { store, home, limits, now, takeBytes }: FileParts,
  userId: string,
  announced: Announced,
): Promise<Refusal | undefined> {
  const { id, bytes } = announced
  if (bytes === 0) return refusal('file_empty')
  if (bytes > limits.fileBytesMax) return refusal('file_too_large')
  // What was announced before has its room, and is told how far it is.
  const isKnown = (await findOwnFile(store.db, userId, id)) !== undefined
  const contentId = (await findTwin(store.db, userId, announced))?.content_id ?? undefined
  const isKept = contentId !== undefined && (await home.has({ contentId, variant: 'whole' }))
  if (!isKnown && !isKept && (await home.countFree()) < bytes) return refusal('storage_full')
  const slowed = isKnown || isKept ? undefined : await takeBytes?.(userId, bytes)
  if (slowed !== undefined) return { ...refusal('slow_down'), ...slowed }

  const refused = await store.write(async (db) => {
    // Two at once could each find the room that is left for one, and what both may see could go in between.
    await lockLog(store, db, CAMPUS_TABLES, CAMPUS_LOG, [])
    const before = await db.selectFrom('file').selectAll().where('id', '=', id).executeTakeFirst()
    if (before !== undefined) return answerAgain(db, userId, announced, before, now())
    if ((await sumAccountBytes(db, userId)) + bytes > limits.accountBytesMax) return refusal('quota_full')
    const twin = isKept ? await findTwin(db, userId, announced) : undefined
    await db
      .insertInto('file')
      .values(toRow(userId, announced, twin, now()))
      .execute()
    return undefined
  })
  if (refused !== undefined || limits.bytesMax === undefined) return refused
  // Looked at when it is in: of two at once at least one sees both, and nobody waits for the sum.
  if ((await sumAllBytes(store.db)) <= limits.bytesMax) return undefined
  await store.db.deleteFrom('file').where('id', '=', id).where('content_id', 'is', null).execute()
  return refusal('storage_full')
}

async function answerAgain(
  db: Database,
  userId: string,
  announced: Announced,
  before: FileTable,
  now: number,
): Promise<Refusal | undefined> {
  if (before.user_id !== userId || !isSame(before, announced)) return refusal('id_taken')
  const verdict = findVerdict(before)
  if (verdict !== undefined) return refusal(verdict)
  await db.updateTable('file').set({ touched_at: now }).where('id', '=', before.id).execute()
  return undefined
}

/** A photo that is whole has other bytes than those that were announced. */
function isSame(before: FileTable, { name, as, sha256, durationMs, bytes }: Announced): boolean {
  const isDrawn = before.content_id !== null && before.shown_as === 'photo'
  const { name: nameBefore, shown_as, sha256: sha256Before, duration_ms } = before
  if (nameBefore !== name || shown_as !== as || sha256Before !== sha256) return false
  if (duration_ms !== (durationMs ?? null)) return false
  return isDrawn || before.bytes === bytes
}

/** A whole file of the same content, treated alike, that somebody has or may see. */
async function findTwin(
  db: Database,
  userId: string,
  { sha256, as, bytes }: Announced,
): Promise<FileTable | undefined> {
  const twins = db
    .selectFrom('file')
    .selectAll()
    .where('sha256', '=', sha256)
    .where('content_id', 'is not', null)
    .where((file) => file.or([file('user_id', '=', userId), isSeenBy(file, userId)]))
  // What voice messages and documents hold is the same; a photo was drawn anew.
  return as === 'photo'
    ? twins.where('shown_as', '=', 'photo').executeTakeFirst()
    : twins.where('shown_as', '!=', 'photo').where('bytes', '=', bytes).orderBy('shown_as').executeTakeFirst()
}

function toRow(userId: string, announced: Announced, twin: FileTable | undefined, now: number): FileTable {
  const { id, name, as, sha256, bytes, durationMs } = announced
  return {
    ...{ id, user_id: userId, name, shown_as: as, sha256, duration_ms: durationMs ?? null },
    bytes: twin?.bytes ?? bytes,
    content_id: twin?.content_id ?? null,
    kind: toKind(as, twin?.kind ?? null),
    type: twin?.type ?? null,
    width: twin?.width ?? null,
    height: twin?.height ?? null,
    preview: twin?.preview ?? null,
    created_at: now,
    touched_at: now,
  }
}

/** The same sound is a voice message for who wants it shown so. */
function toKind(as: Announced['as'], kind: FileTable['kind']): FileTable['kind'] {
  const isSound = kind === 'voice' || kind === 'audio'
  return isSound ? (as === 'voice' ? 'voice' : 'audio') : kind
}

/** Their own file, noted as asked about now. */
export async function touchFile(
  { store, now }: Pick<FileParts, 'store' | 'now'>,
  userId: string,
  id: string,
): Promise<FileTable | undefined> {
  const file = await findOwnFile(store.db, userId, id)
  if (file === undefined || now() - file.touched_at < TOUCHED_EVERY_MS) return file
  await store.db.updateTable('file').set({ touched_at: now() }).where('id', '=', id).execute()
  return file
}

/** Each piece of an upload asks: it need not be written down each time. */
const TOUCHED_EVERY_MS = 10 * 60_000
