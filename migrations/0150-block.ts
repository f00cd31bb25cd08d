import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** Whom somebody blocked, or let in again. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('block')
        .addColumn('user_id', types.id, (column) => column.notNull())
        .addColumn('blocked_id', types.id, (column) => column.notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('blocked', types.flag, (column) => column.notNull())
        .addColumn('changed_at', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('block_key', ['user_id', 'blocked_id'])
        .addUniqueConstraint('block_seq', ['seq']),
    )
    .execute()
}
