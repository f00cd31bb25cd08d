import type { Kysely } from 'kysely'
import { addIndex, type ColumnTypes } from './columns.ts'

/** Whether something is here already. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addIndex(db, types, 'file_sha256', 'file', ['sha256'])
}
