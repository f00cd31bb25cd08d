import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** By what somebody is found: each word of a name, folded, and the handle. `name` is the whole name, in whose order people are listed. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('name_word')
        .addColumn('kind', types.ascii(4), (column) => column.notNull())
        .addColumn('word', types.line(60), (column) => column.notNull())
        .addColumn('user_id', types.id, (column) => column.notNull())
        .addPrimaryKeyConstraint('name_word_key', ['kind', 'word', 'user_id']),
    )
    .execute()
}
