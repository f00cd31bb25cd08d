import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** What one process at a time does, and until when it is taken to be at it. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('lease')
        .addColumn('name', types.ascii(32), (column) => column.primaryKey().notNull())
        .addColumn('holder', types.ascii(64), (column) => column.notNull())
        .addColumn('ends_at', types.integer, (column) => column.notNull()),
    )
    .execute()
}
