import type { Kysely } from 'kysely'
import { addColumn, notNullZero, type ColumnTypes } from './columns.ts'

/** Whether somebody deleted their account: the row stays for what they wrote. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addColumn(db, types, 'user', 'former', types.flag, notNullZero)
}
