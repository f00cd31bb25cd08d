import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** Files that somebody uploads, or uploaded. What is known of the content is null until all of it is there. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('file')
        .addColumn('id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('user_id', types.id, (column) => column.notNull())
        .addColumn('name', types.line(200), (column) => column.notNull())
        .addColumn('shown_as', types.ascii(10), (column) => column.notNull())
        .addColumn('bytes', types.integer, (column) => column.notNull())
        .addColumn('sha256', types.ascii(64), (column) => column.notNull())
        .addColumn('duration_ms', types.integer)
        .addColumn('content_id', types.id)
        .addColumn('kind', types.ascii(10))
        .addColumn('type', types.ascii(120))
        .addColumn('width', types.integer)
        .addColumn('height', types.integer)
        .addColumn('preview', types.ascii(60))
        .addColumn('created_at', types.integer, (column) => column.notNull())
        .addColumn('touched_at', types.integer, (column) => column.notNull()),
    )
    .execute()
}
