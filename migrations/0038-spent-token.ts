import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finishUnordered(
      db.schema
        .createTable('spent_token')
        .addColumn('token_hash', types.ascii(43), (column) => column.primaryKey().notNull())
        .addColumn('classroom_id', types.ascii(12), (column) => column.notNull())
        .addColumn('used_for', types.id, (column) => column.notNull()),
    )
    .execute()
}
