import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('picture')
        .addColumn('id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('user_id', types.id, (column) => column.notNull())
        .addColumn('bytes', types.bytes, (column) => column.notNull())
        .addColumn('created_at', types.integer, (column) => column.notNull()),
    )
    .execute()
}
