import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('reading')
        .addColumn('user_id', types.id, (column) => column.notNull())
        .addColumn('conversation_id', types.id, (column) => column.notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('n', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('reading_key', ['user_id', 'conversation_id'])
        .addUniqueConstraint('reading_seq', ['seq']),
    )
    .execute()
}
