import type { Kysely } from 'kysely'
import { addColumn, type ColumnTypes } from './columns.ts'

/** The files of a message, as JSON of what its row says of them. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addColumn(db, types, 'message', 'files', types.text)
}
