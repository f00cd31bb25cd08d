import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** How far each member's devices hold a conversation, and have read it. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('receipt')
        .addColumn('conversation_id', types.id, (column) => column.notNull())
        .addColumn('user_id', types.id, (column) => column.notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('delivered_n', types.integer, (column) => column.notNull())
        .addColumn('delivered_seq', types.integer, (column) => column.notNull())
        .addColumn('steps', types.text, (column) => column.notNull())
        .addColumn('seen_seq', types.integer, (column) => column.notNull())
        .addColumn('untold', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('receipt_key', ['conversation_id', 'user_id']),
    )
    .execute()
}
