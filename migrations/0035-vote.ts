import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finishUnordered(
      db.schema
        .createTable('vote')
        .addColumn('id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('classroom_id', types.ascii(12), (column) => column.notNull())
        .addColumn('question_id', types.id, (column) => column.notNull())
        .addColumn('receipt_hash', types.ascii(43), (column) => column.notNull())
        .addUniqueConstraint('vote_receipt', ['question_id', 'receipt_hash']),
    )
    .execute()
}
