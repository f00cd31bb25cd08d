import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('message')
        .addColumn('id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('conversation_id', types.id, (column) => column.notNull())
        .addColumn('n', types.integer, (column) => column.notNull())
        .addColumn('author_id', types.id, (column) => column.notNull())
        .addColumn('text', types.text)
        .addColumn('written_at', types.integer, (column) => column.notNull())
        .addColumn('sent_at', types.integer, (column) => column.notNull())
        .addColumn('edited_at', types.integer)
        .addUniqueConstraint('message_place', ['conversation_id', 'n'])
        .addUniqueConstraint('message_change', ['conversation_id', 'seq'])
        .addUniqueConstraint('message_seq', ['seq']),
    )
    .execute()
}
