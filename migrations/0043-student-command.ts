import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** The random ids of students' commands that would do something else if they came a second time, late. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finishUnordered(
      db.schema
        .createTable('student_command')
        .addColumn('id', types.id, (column) => column.notNull().primaryKey())
        .addColumn('classroom_id', types.ascii(12), (column) => column.notNull()),
    )
    .execute()
}
