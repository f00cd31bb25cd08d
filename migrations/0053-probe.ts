import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** Holds nothing of anybody's: whether something can be stored is found out by storing it here. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finish(
      db.schema
        .createTable('probe')
        .addColumn('id', types.integer, (column) => column.primaryKey().notNull())
        .addColumn('filler', types.bytes, (column) => column.notNull()),
    )
    .execute()
}
