import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finishUnordered(
      db.schema
        .createTable('token_issuance')
        .addColumn('classroom_id', types.ascii(12), (column) => column.notNull())
        .addColumn('user_id', types.id, (column) => column.notNull())
        .addColumn('blinded_hash', types.ascii(43), (column) => column.notNull())
        .addPrimaryKeyConstraint('token_issuance_key', ['classroom_id', 'user_id', 'blinded_hash']),
    )
    .execute()
}
