import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('email_code')
        .addColumn('address', types.ascii(254), (column) => column.primaryKey().notNull())
        .addColumn('code_hash', types.ascii(64), (column) => column.notNull())
        .addColumn('tries', types.integer, (column) => column.notNull())
        .addColumn('ends_at', types.integer, (column) => column.notNull()),
    )
    .execute()
}
