import { removePieces } from '../files/contents.ts'
import { isRecording } from '../files/recording-key.ts'
import type { ClassroomDatabase } from './database.ts'

/** What photos and files of one classroom may take of a device, in bytes; what is larger by itself is kept alone. */
export const CLASSROOM_CONTENTS_BYTES_MAX = 50_000_000

interface Held {
  bytes: number
  usedAt: number
  remove(): Promise<unknown>
}

/**
 * Makes room for so many bytes: what was not looked at for the longest time goes first, and what is here in part before it. What
 * is about to be sent stays, as do the pieces under these keys.
 */
export async function makeClassroomRoom(
  db: ClassroomDatabase,
  newBytes: number,
  underWay: ReadonlySet<string>,
): Promise<void> {
  await db.transaction('rw', db.contents, db.pieces, db.uploads, async () => {
    const waiting = new Set(await db.uploads.toCollection().primaryKeys())
    let over = newBytes - CLASSROOM_CONTENTS_BYTES_MAX
    const removable: Held[] = []
    await db.contents.each(({ key, fileId, bytes, usedAt }) => {
      over += bytes
      if (!waiting.has(fileId)) removable.push({ bytes, usedAt, remove: () => db.contents.delete(key) })
    })
    const parts = new Map<string, number>()
    await db.pieces.each(({ key, blob }) => parts.set(key, (parts.get(key) ?? 0) + blob.size))
    for (const [key, bytes] of parts) {
      // A voice that is being recorded is no content yet, and nowhere else.
      if (isRecording(key)) continue
      over += bytes
      if (!underWay.has(key)) removable.push({ bytes, usedAt: -Infinity, remove: () => removePieces(db, key) })
    }
    for (const { bytes, remove } of removable.sort((one, other) => one.usedAt - other.usedAt)) {
      if (over <= 0) return
      await remove()
      over -= bytes
    }
  })
}
