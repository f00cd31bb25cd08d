import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('server_secret')
        .addColumn('name', types.ascii(32), (column) => column.primaryKey().notNull())
        .addColumn('value', types.ascii(128), (column) => column.notNull()),
    )
    .execute()
}
