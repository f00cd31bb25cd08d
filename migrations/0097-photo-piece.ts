import type { Kysely } from 'kysely'
import { classroomTable, type ColumnTypes } from './columns.ts'

/** What has arrived of photos on their way. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finishUnordered(
      db.schema
        .createTable(classroomTable(types, 'photo_piece'))
        .addColumn('upload_id', types.id, (column) => column.notNull())
        .addColumn('start', types.integer, (column) => column.notNull())
        .addColumn('classroom_id', types.ascii(12), (column) => column.notNull())
        .addColumn('content', types.content, (column) => column.notNull())
        .addPrimaryKeyConstraint('photo_piece_key', ['upload_id', 'start']),
    )
    .execute()
}
