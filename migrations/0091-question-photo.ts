import type { Kysely } from 'kysely'
import { addColumn, classroomTable, type ColumnTypes } from './columns.ts'

/** The photo of a question, as JSON of what its row says of it. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await addColumn(db, types, classroomTable(types, 'question'), 'photo', types.text)
}
