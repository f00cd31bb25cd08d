import type { ClientDatabase, DroppedFile } from '../database.ts'
import { liveQuery } from '../storage/live-query.ts'
import { contentKey, removePieces } from './contents.ts'

/*
 * A message that was deleted, or that one may see no more, takes its files with it, from this device too. Which they are is
 * noted with the change of the rows; what they hold lies in tables that no such change waits for, and goes a moment later.
 */

/** Removes what is noted, now and whenever something is. Returns the function that stops it. */
export function followDroppedFiles(db: ClientDatabase, onError: (error: unknown) => void): () => void {
  const subscription = liveQuery(() => db.droppedFiles.toArray()).subscribe((dropped) => {
    if (dropped.length > 0) removeDropped(db, dropped).catch(onError)
  })
  return () => subscription.unsubscribe()
}

/** What another message here carries too is fetched again when somebody looks; what waits to be sent stays. */
export async function removeDropped(db: ClientDatabase, dropped: readonly DroppedFile[]): Promise<void> {
  const ids = dropped.map(({ fileId }) => fileId)
  await db.transaction('rw', [db.contents, db.pieces, db.keptOffline, db.droppedFiles, db.uploads], async () => {
    const waiting = new Set((await db.uploads.bulkGet(ids)).map((upload) => upload?.id))
    const gone = ids.filter((id) => !waiting.has(id))
    await db.contents.where('fileId').anyOf(gone).delete()
    await db.keptOffline.where('fileId').anyOf(gone).delete()
    for (const id of gone) await removePieces(db, contentKey(id, 'whole'))
    await db.droppedFiles.bulkDelete(ids)
  })
}
