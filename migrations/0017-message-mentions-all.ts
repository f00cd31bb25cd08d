import type { Kysely } from 'kysely'
import { addColumn, notNullZero, type ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addColumn(db, types, 'message', 'mentions_all', types.flag, notNullZero)
}
