import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** What happened to a group: a table of its own, for a process of the version before takes every annotation for one that it knows. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('event')
        .addColumn('conversation_id', types.id, (column) => column.notNull())
        .addColumn('n', types.integer, (column) => column.notNull())
        .addColumn('id', types.id, (column) => column.notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('body', types.text, (column) => column.notNull())
        .addPrimaryKeyConstraint('event_key', ['conversation_id', 'n', 'id'])
        .addUniqueConstraint('event_change', ['conversation_id', 'seq'])
        .addUniqueConstraint('event_seq', ['seq']),
    )
    .execute()
}
