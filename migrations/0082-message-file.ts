import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** Which messages carry a file: who may see one of them may see the file. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('message_file')
        .addColumn('file_id', types.id, (column) => column.notNull())
        .addColumn('message_id', types.id, (column) => column.notNull())
        .addColumn('conversation_id', types.id, (column) => column.notNull())
        .addPrimaryKeyConstraint('message_file_key', ['file_id', 'message_id']),
    )
    .execute()
}
