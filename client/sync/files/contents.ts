import { Dexie, type Table } from 'dexie'
import type { FileVariant } from '../../../shared/protocol/files.ts'
import type { Content, ContentPiece } from '../database.ts'

/** A database that holds what files hold: an account's, or a classroom's. */
export interface ContentsDatabase extends Dexie {
  contents: Table<Content, string>
  pieces: Table<ContentPiece, [string, number]>
}

/** What files hold, as far as it is on this device. */
export interface Contents {
  find(fileId: string, variant: StoredVariant): Promise<Blob | undefined>
  put(fileId: string, variant: StoredVariant, blob: Blob): Promise<void>
  /** Removes all that is here of these files. */
  remove(fileIds: readonly string[]): Promise<void>
  /** Removes what was chosen, where something else was made of it. */
  removeSources(fileIds: readonly string[]): Promise<void>
  /** What is here of a file is here of another one too. */
  copy(fileId: string, newId: string): Promise<void>
}

export type StoredVariant = FileVariant | 'source'

/** The contents of one account, or one classroom, on this device. `now` in milliseconds since 1970. */
export function createContents(db: ContentsDatabase, now: () => number): Contents {
  return {
    async find(fileId, variant) {
      return (await db.contents.get(contentKey(fileId, variant)))?.blob
    },
    async put(fileId, variant, blob) {
      await db.contents.put({ key: contentKey(fileId, variant), fileId, blob, bytes: blob.size, usedAt: now() })
    },
    async remove(fileIds) {
      await db.transaction('rw', db.contents, db.pieces, async () => {
        await db.contents.where('fileId').anyOf(fileIds).delete()
        for (const id of fileIds) await removePieces(db, contentKey(id, 'whole'))
      })
    },
    async removeSources(fileIds) {
      await db.contents.bulkDelete(fileIds.map((id) => contentKey(id, 'source')))
    },
    async copy(fileId, newId) {
      await db.transaction('rw', db.contents, async () => {
        const held = await db.contents.where({ fileId }).toArray()
        await db.contents.bulkPut(held.map((one) => ({ ...one, fileId: newId, key: one.key.replace(fileId, newId) })))
      })
    },
  }
}

export function contentKey(fileId: string, variant: StoredVariant): string {
  return `${fileId}/${variant}`
}

export async function removePieces(db: ContentsDatabase, key: string): Promise<void> {
  await db.pieces.where('[key+from]').between([key, Dexie.minKey], [key, Dexie.maxKey]).delete()
}
