import type { FileParts } from './parts.ts'
import { isCarried } from './file-rows.ts'

/** Notes that something carries these files no more: those that nothing else does are not wanted by anybody, and are swept. */
export async function releaseFiles({ store }: Pick<FileParts, 'store'>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await store.db
    .updateTable('file')
    .set({ touched_at: 0 })
    .where('id', 'in', ids)
    .where((file) => file.not(isCarried(file)))
    .execute()
}
