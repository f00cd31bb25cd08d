import { type Kysely, sql } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** In SQLite: the heads of the logs of classrooms are copied to where they are looked for from now on. Staff's commands cannot be told from those of the campus: they stay, and age out. */
export async function up(db: Kysely<unknown>, { classroomFile }: ColumnTypes): Promise<void> {
  if (classroomFile === undefined) return
  await sql`delete from classroom_log`.execute(db)
  await sql`insert into classroom_log select * from main.log where id like 'classroom-%'`.execute(db)
}
