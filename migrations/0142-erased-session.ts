import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'

/** Sessions of accounts that were deleted, so that their devices learn it; the key says of nobody whose they were. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await types
    .finishUnordered(
      db.schema
        .createTable('erased_session')
        .addColumn('secret_hash', types.ascii(64), (column) => column.primaryKey().notNull())
        .addColumn('ends_at', types.integer, (column) => column.notNull()),
    )
    .execute()
}
