import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('standing')
        .addColumn('user_id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('role', types.ascii(16), (column) => column.notNull())
        .addColumn('suspended_at', types.integer)
        .addColumn('suspended_for', types.text)
        .addUniqueConstraint('standing_seq', ['seq']),
    )
    .execute()
}
