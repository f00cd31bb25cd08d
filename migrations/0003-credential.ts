import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('credential')
        .addColumn('user_id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('password_hash', types.ascii(60), (column) => column.notNull()),
    )
    .execute()
}
