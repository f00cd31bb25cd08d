import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('personal')
        .addColumn('user_id', types.id, (column) => column.notNull())
        .addColumn('conversation_id', types.id, (column) => column.notNull())
        .addColumn('kind', types.ascii(16), (column) => column.notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('body', types.text, (column) => column.notNull())
        .addPrimaryKeyConstraint('personal_key', ['user_id', 'conversation_id', 'kind'])
        .addUniqueConstraint('personal_seq', ['seq']),
    )
    .execute()
}
