import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** The lineages in which logs were written before, each up to which position. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('ended_lineage')
        .addColumn('log_id', types.ascii(40), (column) => column.notNull())
        .addColumn('id', types.ascii(40), (column) => column.notNull())
        .addColumn('ended', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('ended_lineage_key', ['log_id', 'id']),
    )
    .execute()
}
