import type { Kysely } from 'kysely'
import { CLASSROOM_TABLES } from './classroom-tables.ts'
import type { ColumnTypes } from './columns.ts'

/** In SQLite: what was copied into the file of the classrooms is on disk there, and goes here. */
export async function up(db: Kysely<unknown>, { classroomFile }: ColumnTypes): Promise<void> {
  if (classroomFile === undefined) return
  for (const table of CLASSROOM_TABLES) await db.schema.dropTable(`main.${table}`).execute()
}
