import { classroomLog } from '../../shared/classroom/fields.ts'
import type { Store } from '../store/store.ts'
import { classroomTables } from './tables.ts'

const TABLES = [
  ...(['question', 'reply', 'vote', 'poll', 'poll_answer', 'spent_token', 'student_command'] as const),
  ...([
    'token_issuance',
    'classroom_staff',
    'photo_upload',
    'photo_piece',
    'photo_content',
    'reply_file',
    'question_report',
  ] as const),
] as const

/** Deletes a classroom with all that was asked and said there, in one transaction; returns the files that its answers carried. */
export async function deleteClassroom(store: Pick<Store, 'kind' | 'write'>, id: string): Promise<string[]> {
  const tables = classroomTables(store)
  return store.write(async (db) => {
    // Whoever writes to it waits for this row, and finds none.
    await db.deleteFrom(tables.log).where('id', '=', classroomLog(id)).execute()
    await db.deleteFrom(tables.lineage).where('log_id', '=', classroomLog(id)).execute()
    const left = await db.selectFrom('reply_file').select('file_id').distinct().where('classroom_id', '=', id).execute()
    for (const table of TABLES) await db.deleteFrom(table).where('classroom_id', '=', id).execute()
    await db.deleteFrom('classroom').where('id', '=', id).execute()
    return left.map(({ file_id }) => file_id)
  })
}
