import type { Kysely } from 'kysely'
import { addColumn, notNullZero, type ColumnTypes } from './columns.ts'

/** Below it the log has forgotten what ended: who stands there pulls afresh. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addColumn(db, types, 'log', 'floor', types.integer, notNullZero)
}
