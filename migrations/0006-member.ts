import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('member')
        .addColumn('conversation_id', types.id, (column) => column.notNull())
        .addColumn('user_id', types.id, (column) => column.notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('since', types.integer, (column) => column.notNull())
        .addColumn('since_n', types.integer, (column) => column.notNull())
        .addColumn('removed', types.flag, (column) => column.notNull())
        .addPrimaryKeyConstraint('member_key', ['conversation_id', 'user_id'])
        .addUniqueConstraint('member_user', ['user_id', 'conversation_id'])
        .addUniqueConstraint('member_change', ['conversation_id', 'seq'])
        .addUniqueConstraint('member_seq', ['seq']),
    )
    .execute()
}
