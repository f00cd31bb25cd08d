import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('session')
        .addColumn('id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('user_id', types.id, (column) => column.notNull())
        .addColumn('secret_hash', types.ascii(64), (column) => column.notNull())
        .addColumn('device', types.line(80), (column) => column.notNull())
        .addColumn('created_at', types.integer, (column) => column.notNull())
        .addColumn('last_seen_at', types.integer, (column) => column.notNull())
        .addColumn('cursor_seq', types.integer, (column) => column.notNull())
        .addUniqueConstraint('session_user', ['user_id', 'id']),
    )
    .execute()
}
