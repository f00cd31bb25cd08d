import type { Kysely } from 'kysely'
import { addColumn, type ColumnTypes } from './columns.ts'

/** What is kept from the other one of a direct conversation, and what they have instead: JSON. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addColumn(db, types, 'message', 'withheld', types.text)
}
