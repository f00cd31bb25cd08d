import type { Kysely } from 'kysely'
import { renameColumn, type ColumnTypes } from './columns.ts'

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await renameColumn(db, types, 'receipt', 'untold', 'unpublished')
}
