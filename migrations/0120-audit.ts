import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('audit')
        .addColumn('n', types.integer, (column) => column.primaryKey().notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('actor_id', types.id)
        .addColumn('via', types.ascii(16), (column) => column.notNull())
        .addColumn('act', types.ascii(40), (column) => column.notNull())
        .addColumn('subject_kind', types.ascii(16), (column) => column.notNull())
        .addColumn('subject_id', types.ascii(64))
        .addColumn('detail', types.text, (column) => column.notNull())
        .addColumn('hash', types.ascii(64), (column) => column.notNull()),
    )
    .execute()
}
