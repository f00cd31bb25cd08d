import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('invitation')
        .addColumn('id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('token_hash', types.ascii(64), (column) => column.notNull())
        .addColumn('note', types.line(100), (column) => column.notNull())
        .addColumn('created_by', types.id)
        .addColumn('created_at', types.integer, (column) => column.notNull())
        .addColumn('ends_at', types.integer)
        .addColumn('uses_max', types.integer, (column) => column.notNull())
        .addColumn('uses', types.integer, (column) => column.notNull())
        .addColumn('withdrawn_at', types.integer)
        .addUniqueConstraint('invitation_token', ['token_hash']),
    )
    .execute()
}
