import type { Kysely } from 'kysely'
import { classroomTable, type ColumnTypes } from './columns.ts'

/** Photos on their way, until a question names them. What became of one is null until all of it is there and was looked at. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finishUnordered(
      db.schema
        .createTable(classroomTable(types, 'photo_upload'))
        .addColumn('id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('classroom_id', types.ascii(12), (column) => column.notNull())
        .addColumn('bytes', types.integer, (column) => column.notNull())
        .addColumn('received', types.integer, (column) => column.notNull())
        .addColumn('touched_at', types.integer, (column) => column.notNull())
        .addColumn('token_hash', types.ascii(43))
        .addColumn('photo', types.text)
        .addColumn('verdict', types.ascii(20)),
    )
    .execute()
}
