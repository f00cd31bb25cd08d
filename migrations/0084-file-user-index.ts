import type { Kysely } from 'kysely'
import { addIndex, type ColumnTypes } from './columns.ts'

/** How much room somebody's files take. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addIndex(db, types, 'file_user', 'file', ['user_id'])
}
