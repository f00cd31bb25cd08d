import { type Kysely, sql } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** In SQLite: what was copied is on disk, and goes where it was. */
export async function up(db: Kysely<unknown>, { classroomFile }: ColumnTypes): Promise<void> {
  if (classroomFile === undefined) return
  await sql`delete from log where id like 'classroom-%'`.execute(db)
}
