import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** What somebody is asked, how it was answered, and which groups they left for good. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('contact_request')
        .addColumn('user_id', types.id, (column) => column.notNull())
        .addColumn('conversation_id', types.id, (column) => column.notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('state', types.ascii(16), (column) => column.notNull())
        .addColumn('asked_by', types.id)
        .addColumn('asked_at', types.integer, (column) => column.notNull())
        .addColumn('body', types.text, (column) => column.notNull())
        .addPrimaryKeyConstraint('contact_request_key', ['user_id', 'conversation_id']),
    )
    .execute()
}
