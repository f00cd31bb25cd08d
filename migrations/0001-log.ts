import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('log')
        .addColumn('id', types.ascii(40), (column) => column.primaryKey().notNull())
        .addColumn('epoch', types.id, (column) => column.notNull())
        .addColumn('epoch_start', types.integer, (column) => column.notNull())
        .addColumn('head', types.integer, (column) => column.notNull()),
    )
    .execute()
}
