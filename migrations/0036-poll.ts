import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('poll')
        .addColumn('id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('classroom_id', types.ascii(12), (column) => column.notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('kind', types.ascii(8), (column) => column.notNull())
        .addColumn('question', types.line(80), (column) => column.notNull())
        .addColumn('options', types.text, (column) => column.notNull())
        .addColumn('state', types.ascii(8), (column) => column.notNull())
        .addColumn('results', types.ascii(8), (column) => column.notNull())
        .addColumn('revealed', types.flag, (column) => column.notNull())
        .addColumn('answers', types.integer, (column) => column.notNull())
        .addUniqueConstraint('poll_seq', ['classroom_id', 'seq']),
    )
    .execute()
}
