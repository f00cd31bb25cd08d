import type { Kysely } from 'kysely'
import { classroomTable, type ColumnTypes } from './columns.ts'

/** Which answers of staff carry a file. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finishUnordered(
      db.schema
        .createTable(classroomTable(types, 'reply_file'))
        .addColumn('file_id', types.id, (column) => column.notNull())
        .addColumn('reply_id', types.id, (column) => column.notNull())
        .addColumn('classroom_id', types.ascii(12), (column) => column.notNull())
        .addPrimaryKeyConstraint('reply_file_key', ['file_id', 'reply_id']),
    )
    .execute()
}
