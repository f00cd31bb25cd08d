import { KEPT_AFTER_END_MS } from '../../shared/classroom/limits.ts'
import type { Store } from '../store/store.ts'
import { deleteClassroom } from './delete-classroom.ts'

/**
 * Deletes the classrooms that had ended long enough at `now`, in milliseconds since 1970. `onFilesLeft` hears of the files that their
 * answers carried.
 */
export async function pruneClassrooms(
  store: Pick<Store, 'kind' | 'db' | 'write'>,
  now: number,
  onFilesLeft: (fileIds: readonly string[]) => Promise<void> = async () => undefined,
): Promise<void> {
  const ended = await store.db
    .selectFrom('classroom')
    .select('id')
    .where('ends_at', '<', now - KEPT_AFTER_END_MS)
    .execute()
  for (const { id } of ended) await onFilesLeft(await deleteClassroom(store, id))
}
