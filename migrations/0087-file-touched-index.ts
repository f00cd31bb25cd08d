import type { Kysely } from 'kysely'
import { addIndex, type ColumnTypes } from './columns.ts'

/** What nobody has asked about for a while, and no message may carry. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addIndex(db, types, 'file_touched', 'file', ['touched_at'])
}
