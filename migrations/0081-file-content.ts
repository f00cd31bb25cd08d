import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** What is stored once and may be of several files. Its bytes lie where files are kept, under its id. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('file_content')
        .addColumn('id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('bytes', types.integer, (column) => column.notNull())
        .addColumn('sha256', types.ascii(64), (column) => column.notNull())
        .addColumn('small_bytes', types.integer)
        .addColumn('created_at', types.integer, (column) => column.notNull()),
    )
    .execute()
}
