import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('user')
        .addColumn('id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('handle', types.ascii(30), (column) => column.notNull())
        .addColumn('name', types.line(60), (column) => column.notNull())
        .addColumn('created_at', types.integer, (column) => column.notNull())
        .addUniqueConstraint('user_seq', ['seq'])
        .addUniqueConstraint('user_handle', ['handle']),
    )
    .execute()
}
