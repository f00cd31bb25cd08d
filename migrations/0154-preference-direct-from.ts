import type { Kysely } from 'kysely'
import { addColumn, type ColumnTypes } from './columns.ts'

/** Whose first message need not be asked for: null is everybody. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addColumn(db, types, 'preference', 'direct_from', types.ascii(16))
}
