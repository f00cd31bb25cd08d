import type { Kysely } from 'kysely'
import { classroomTable, type ColumnTypes } from './columns.ts'

/**
 * What is kept of photos. It lies here and not where files do, for there it would be as old as the disk says: here it has no
 * time, and goes with its question in one transaction.
 */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finishUnordered(
      db.schema
        .createTable(classroomTable(types, 'photo_content'))
        .addColumn('photo_id', types.id, (column) => column.notNull())
        .addColumn('variant', types.ascii(5), (column) => column.notNull())
        .addColumn('classroom_id', types.ascii(12), (column) => column.notNull())
        .addColumn('bytes', types.integer, (column) => column.notNull())
        .addColumn('type', types.ascii(10), (column) => column.notNull())
        .addColumn('content', types.content, (column) => column.notNull())
        .addPrimaryKeyConstraint('photo_content_key', ['photo_id', 'variant']),
    )
    .execute()
}
