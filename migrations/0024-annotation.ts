import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('annotation')
        .addColumn('conversation_id', types.id, (column) => column.notNull())
        .addColumn('message_id', types.ascii(36), (column) => column.notNull())
        .addColumn('kind', types.ascii(16), (column) => column.notNull())
        .addColumn('user_id', types.ascii(36), (column) => column.notNull())
        .addColumn('k', types.integer, (column) => column.notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('body', types.text, (column) => column.notNull())
        .addPrimaryKeyConstraint('annotation_key', ['conversation_id', 'message_id', 'kind', 'user_id', 'k'])
        .addUniqueConstraint('annotation_change', ['conversation_id', 'seq'])
        .addUniqueConstraint('annotation_seq', ['seq']),
    )
    .execute()
}
