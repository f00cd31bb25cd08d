import type { Kysely } from 'kysely'
import { addColumn, type ColumnTypes } from './columns.ts'

/** Whose picture it is when it is a group's: then its members alone see it. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addColumn(db, types, 'picture', 'conversation_id', types.id)
}
