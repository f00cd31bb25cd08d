import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('setting_value')
        .addColumn('name', types.ascii(64), (column) => column.primaryKey().notNull())
        .addColumn('value', types.text, (column) => column.notNull())
        .addColumn('changed_at', types.integer, (column) => column.notNull()),
    )
    .execute()
}
