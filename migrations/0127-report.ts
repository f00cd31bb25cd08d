import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('report')
        .addColumn('id', types.id, (column) => column.primaryKey().notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('reporter_id', types.id)
        .addColumn('kind', types.ascii(16), (column) => column.notNull())
        .addColumn('subject_id', types.id, (column) => column.notNull())
        .addColumn('place_id', types.id)
        .addColumn('person_id', types.id)
        .addColumn('reason', types.text, (column) => column.notNull())
        .addColumn('context', types.text, (column) => column.notNull())
        .addColumn('closed_at', types.integer)
        .addColumn('closed_by', types.id)
        .addColumn('outcome', types.ascii(16))
        .addUniqueConstraint('report_once', ['kind', 'subject_id', 'reporter_id']),
    )
    .execute()
}
