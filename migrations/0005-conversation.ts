import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('conversation')
        .addColumn('id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('kind', types.ascii(10), (column) => column.notNull())
        .addColumn('title', types.line(80))
        .addColumn('creator_id', types.id)
        .addColumn('created_at', types.integer, (column) => column.notNull())
        .addColumn('last_n', types.integer, (column) => column.notNull())
        .addColumn('last_seq', types.integer, (column) => column.notNull())
        .addUniqueConstraint('conversation_seq', ['seq']),
    )
    .execute()
}
