import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** Accounts that are being deleted, until nothing of them is left. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('erasure')
        .addColumn('user_id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('messages', types.ascii(8), (column) => column.notNull())
        .addColumn('begun_at', types.integer, (column) => column.notNull()),
    )
    .execute()
}
