import type { Kysely } from 'kysely'
import { addColumn, type ColumnTypes, notNullZero } from './columns.ts'

/** A moderator took it away, and not its author. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addColumn(db, types, 'message', 'taken_away', types.flag, notNullZero)
}
