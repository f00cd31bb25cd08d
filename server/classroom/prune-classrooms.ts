import { KEPT_AFTER_END_MS } from '../../shared/classroom/limits.ts'
import type { Store } from '../store/store.ts'
import { deleteClassroom } from './delete-classroom.ts'

/** Deletes the classrooms that had ended long enough at `now`, in milliseconds since 1970. */
export async function pruneClassrooms(store: Pick<Store, 'kind' | 'db' | 'write'>, now: number): Promise<void> {
  const ended = await store.db
    .selectFrom('classroom')
    .select('id')
    .where('ends_at', '<', now - KEPT_AFTER_END_MS)
    .execute()
  for (const { id } of ended) await deleteClassroom(store, id)
}
