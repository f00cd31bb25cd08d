import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** The messages that somebody deleted for themselves alone. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('hidden_message')
        .addColumn('user_id', types.id, (column) => column.notNull())
        .addColumn('conversation_id', types.id, (column) => column.notNull())
        .addColumn('message_id', types.id, (column) => column.notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('hidden', types.flag, (column) => column.notNull())
        .addPrimaryKeyConstraint('hidden_message_key', ['user_id', 'conversation_id', 'message_id'])
        .addUniqueConstraint('hidden_message_seq', ['seq']),
    )
    .execute()
}
