import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('preference')
        .addColumn('user_id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('seen', types.flag, (column) => column.notNull())
        .addColumn('presence', types.flag, (column) => column.notNull())
        .addUniqueConstraint('preference_seq', ['seq']),
    )
    .execute()
}
