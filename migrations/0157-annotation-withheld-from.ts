import type { Kysely } from 'kysely'
import { addColumn, type ColumnTypes } from './columns.ts'

/** From whom it is kept. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addColumn(db, types, 'annotation', 'withheld_from', types.id)
}
