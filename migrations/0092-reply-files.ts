import type { Kysely } from 'kysely'
import { addColumn, classroomTable, type ColumnTypes } from './columns.ts'

/** The files of an answer of staff, as JSON of what its row says of them. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addColumn(db, types, classroomTable(types, 'reply'), 'files', types.text)
}
