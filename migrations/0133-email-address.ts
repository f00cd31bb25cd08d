import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('email_address')
        .addColumn('user_id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('address', types.ascii(254), (column) => column.notNull())
        .addColumn('confirmed_at', types.integer, (column) => column.notNull())
        .addUniqueConstraint('email_address_once', ['address']),
    )
    .execute()
}
