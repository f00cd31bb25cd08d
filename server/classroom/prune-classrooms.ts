import { classroomLog } from '../../shared/classroom/fields.ts'
import { KEPT_AFTER_END_MS } from '../../shared/classroom/limits.ts'
import type { Store } from '../store/store.ts'
import { classroomTables } from './tables.ts'

const TABLES = [
  ...(['question', 'reply', 'vote', 'poll', 'poll_answer', 'spent_token', 'student_command'] as const),
  ...(['token_issuance', 'classroom_staff'] as const),
] as const

/** Deletes the classrooms that had ended long enough at `now`, in milliseconds since 1970, with all that was asked and said there. */
export async function pruneClassrooms(store: Pick<Store, 'kind' | 'db' | 'write'>, now: number): Promise<void> {
  const tables = classroomTables(store)
  const ended = await store.db
    .selectFrom('classroom')
    .select('id')
    .where('ends_at', '<', now - KEPT_AFTER_END_MS)
    .execute()
  for (const { id } of ended) {
    await store.write(async (db) => {
      // Whoever writes to it waits for this row, and finds none.
      await db.deleteFrom(tables.log).where('id', '=', classroomLog(id)).execute()
      await db.deleteFrom(tables.lineage).where('log_id', '=', classroomLog(id)).execute()
      for (const table of TABLES) await db.deleteFrom(table).where('classroom_id', '=', id).execute()
      await db.deleteFrom('classroom').where('id', '=', id).execute()
    })
  }
}
