import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finishUnordered(
      db.schema
        .createTable('reply')
        .addColumn('id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('classroom_id', types.ascii(12), (column) => column.notNull())
        .addColumn('question_id', types.id, (column) => column.notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('author', types.ascii(8), (column) => column.notNull())
        .addColumn('staff_id', types.id)
        .addColumn('receipt_hash', types.ascii(43))
        .addColumn('text', types.text)
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('edited', types.flag, (column) => column.notNull())
        .addColumn('endorsed', types.flag, (column) => column.notNull())
        .addColumn('state', types.ascii(16), (column) => column.notNull())
        .addUniqueConstraint('reply_seq', ['classroom_id', 'seq'])
        .addUniqueConstraint('reply_place', ['question_id', 'id']),
    )
    .execute()
}
