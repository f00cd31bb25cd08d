import { type Kysely, sql } from 'kysely'
import { copyTable } from './classroom-file.ts'
import { CLASSROOM_TABLES } from './classroom-tables.ts'
import type { ColumnTypes } from './columns.ts'

/** In SQLite: copies what belongs to classrooms into the file of their own. The copies are in use once a later step has removed the tables here. */
export async function up(db: Kysely<unknown>, { classroomFile }: ColumnTypes): Promise<void> {
  if (classroomFile === undefined) return
  await refuseOthers(db, classroomFile)
  for (const table of CLASSROOM_TABLES) await copyTable(db, classroomFile, table)
}

/** What a start that was cut off has copied goes again; classrooms that are nowhere else must not. */
async function refuseOthers(db: Kysely<unknown>, file: string): Promise<void> {
  const there = await sql`select 1 from ${sql.table(`${file}.sqlite_master`)} where name = 'classroom'`.execute(db)
  if (there.rows.length === 0) return
  const { rows } = await sql`
    select 1 from ${sql.table(`${file}.classroom`)} where id not in (select id from main.classroom) limit 1`.execute(db)
  if (rows.length === 0) return
  throw new Error(
    'The file classrooms.sqlite holds classrooms that chatbox.sqlite knows nothing of. ' +
      'Put back both files of one backup, or move classrooms.sqlite away to go on without it.',
  )
}
