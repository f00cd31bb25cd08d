import type { Kysely } from 'kysely'
import { addIndex, type ColumnTypes } from './columns.ts'

/** The files of a message that was deleted. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addIndex(db, types, 'message_file_message', 'message_file', ['message_id'])
}
