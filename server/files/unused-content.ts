import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import { CAMPUS_TABLES } from '../campus/kind.ts'
import { lockLog } from '../log/lock-log.ts'
import type { FileParts } from './parts.ts'

/**
 * Removes those of these contents that are of no file any more. Their rows go under the lock under which a file is given
 * content that is there already; their bytes after that is on disk, so that at worst bytes are left without a row.
 */
export async function removeUnusedContent(
  { store, home }: Pick<FileParts, 'store' | 'home'>,
  contentIds: readonly string[],
): Promise<void> {
  if (contentIds.length === 0) return
  const unused = await store.write(async (db) => {
    await lockLog(store, db, CAMPUS_TABLES, CAMPUS_LOG, [])
    const found = await db
      .selectFrom('file_content')
      .leftJoin('file', 'file.content_id', 'file_content.id')
      .select('file_content.id')
      .where('file_content.id', 'in', contentIds)
      .where('file.id', 'is', null)
      .execute()
    const ids = found.map(({ id }) => id)
    if (ids.length > 0) await db.deleteFrom('file_content').where('id', 'in', ids).execute()
    return ids
  })
  for (const id of unused) await home.removeContent(id)
}
