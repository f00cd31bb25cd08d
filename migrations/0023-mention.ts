import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('mention')
        .addColumn('conversation_id', types.id, (column) => column.notNull())
        .addColumn('user_id', types.id, (column) => column.notNull())
        .addColumn('n', types.integer, (column) => column.notNull())
        .addColumn('message_id', types.id, (column) => column.notNull())
        .addPrimaryKeyConstraint('mention_key', ['conversation_id', 'user_id', 'n'])
        .addUniqueConstraint('mention_message', ['message_id', 'user_id']),
    )
    .execute()
}
