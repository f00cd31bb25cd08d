import type { Kysely } from 'kysely'
import { addColumn, type ColumnTypes } from './columns.ts'

/** Who ended a membership: who leads the group, or the member. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addColumn(db, types, 'member', 'removed_by', types.id)
}
