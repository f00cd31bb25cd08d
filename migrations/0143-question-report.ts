import type { Kysely } from 'kysely'
import { classroomTable, type ColumnTypes } from './columns.ts'

/** Questions that somebody reported, who is nobody: the rows lie in no order of their arrival, and the time is the five minutes' one. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finishUnordered(
      db.schema
        .createTable(classroomTable(types, 'question_report'))
        .addColumn('id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('classroom_id', types.ascii(12), (column) => column.notNull())
        .addColumn('question_id', types.id, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('reason', types.text, (column) => column.notNull())
        .addColumn('context', types.text, (column) => column.notNull()),
    )
    .execute()
}
