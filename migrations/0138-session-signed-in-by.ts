import type { Kysely } from 'kysely'
import { addColumn, type ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addColumn(db, types, 'session', 'signed_in_by', types.ascii(10))
}
