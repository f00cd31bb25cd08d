import type { Kysely } from 'kysely'
import { addIndex, type ColumnTypes } from './columns.ts'

/** Whether a content is still of some file. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addIndex(db, types, 'file_content_id', 'file', ['content_id'])
}
