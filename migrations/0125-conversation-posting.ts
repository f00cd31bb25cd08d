import type { Kysely } from 'kysely'
import { addColumn, type ColumnTypes } from './columns.ts'

/** Who may write in a conversation: null is everybody in it. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addColumn(db, types, 'conversation', 'posting', types.ascii(16))
}
