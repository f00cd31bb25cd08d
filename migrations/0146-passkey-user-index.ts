import type { Kysely } from 'kysely'
import { addIndex, type ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addIndex(db, types, 'passkey_user', 'passkey', ['user_id'])
}
