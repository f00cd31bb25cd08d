import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** What each name and handle looks like, as a hash: by it those are found that look the same. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('likeness')
        .addColumn('user_id', types.id, (column) => column.notNull())
        .addColumn('kind', types.ascii(6), (column) => column.notNull())
        .addColumn('look', types.ascii(43), (column) => column.notNull())
        .addPrimaryKeyConstraint('likeness_key', ['user_id', 'kind'])
        .addUniqueConstraint('likeness_look', ['look', 'user_id', 'kind']),
    )
    .execute()
}
