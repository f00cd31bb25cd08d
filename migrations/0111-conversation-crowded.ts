import type { Kysely } from 'kysely'
import { addColumn, notNullZero, type ColumnTypes } from './columns.ts'

/** Of Everyone: whether it has more people than a device is to hold. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addColumn(db, types, 'conversation', 'crowded', types.flag, notNullZero)
}
