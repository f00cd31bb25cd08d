import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('ceremony')
        .addColumn('token_hash', types.ascii(64), (column) => column.primaryKey().notNull())
        .addColumn('kind', types.ascii(20), (column) => column.notNull())
        .addColumn('user_id', types.id)
        .addColumn('detail', types.text, (column) => column.notNull())
        .addColumn('ends_at', types.integer, (column) => column.notNull()),
    )
    .execute()
}
