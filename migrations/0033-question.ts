import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finishUnordered(
      db.schema
        .createTable('question')
        .addColumn('id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('classroom_id', types.ascii(12), (column) => column.notNull())
        .addColumn('seq', types.integer, (column) => column.notNull())
        .addColumn('n', types.integer, (column) => column.notNull())
        .addColumn('text', types.text)
        .addColumn('name', types.line(60))
        .addColumn('asked_at', types.integer, (column) => column.notNull())
        .addColumn('edited', types.flag, (column) => column.notNull())
        .addColumn('receipt_hash', types.ascii(43), (column) => column.notNull())
        .addColumn('state', types.ascii(16), (column) => column.notNull())
        .addColumn('reason', types.ascii(16))
        .addColumn('note', types.text)
        .addColumn('merged_into', types.id)
        .addColumn('pinned', types.flag, (column) => column.notNull())
        .addColumn('answered', types.ascii(8), (column) => column.notNull())
        .addColumn('muted', types.flag, (column) => column.notNull())
        .addColumn('votes', types.integer, (column) => column.notNull())
        .addUniqueConstraint('question_seq', ['classroom_id', 'seq'])
        .addUniqueConstraint('question_n', ['classroom_id', 'n']),
    )
    .execute()
}
