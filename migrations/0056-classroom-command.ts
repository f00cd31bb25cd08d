import { type Kysely, sql } from 'kysely'
import { makeLike } from './classroom-file.ts'
import type { ColumnTypes } from './columns.ts'

/** The commands of staff that were done in classrooms. */
export async function up(db: Kysely<unknown>, { classroomFile }: ColumnTypes): Promise<void> {
  if (classroomFile !== undefined) return makeLike(db, classroomFile, 'classroom_command', 'command')
  await sql`create table if not exists classroom_command like command`.execute(db)
}
