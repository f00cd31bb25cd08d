import type { Kysely } from 'kysely'
import { addColumn, type ColumnTypes, notNullZero } from './columns.ts'

/** How many seconds lie between two messages of one person in a conversation; 0 is none. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addColumn(db, types, 'conversation', 'slow_seconds', types.integer, notNullZero)
}
